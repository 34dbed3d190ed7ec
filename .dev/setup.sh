#!/usr/bin/env bash
# Usage: setup.sh run|test|package
# Installs missing system packages. If none is missing, it does nothing and needs no privileges.
set -euo pipefail

build=(build-essential pkg-config libwebkit2gtk-4.1-dev librsvg2-dev)
headless=(xvfb xauth imagemagick dbus)
package=(libayatana-appindicator3-dev)
tests=(webkit2gtk-driver gnome-keyring xdg-utils dunst trayer python3 python3-venv)
installs=(mmdebstrap lintian desktop-file-utils appstream rpm)

wanted=("${build[@]}")
case "${1:-run}" in
  run) [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || wanted+=("${headless[@]}") ;;
  test) wanted+=("${headless[@]}" "${package[@]}" "${tests[@]}" "${installs[@]}") ;;
  package) wanted+=("${package[@]}") ;;
  *) echo "usage: setup.sh run|test|package" >&2; exit 2 ;;
esac

for tool in cargo node npm; do
  command -v "$tool" >/dev/null || { echo "Please install $tool first: XPO Admin needs Rust and Node." >&2; exit 1; }
done

if [ "$(uname -s)" != Linux ]; then exit 0; fi # macOS and Windows include a webview

if ! command -v dpkg-query >/dev/null; then
  pkg-config --exists webkit2gtk-4.1 2>/dev/null && exit 0
  echo "This is not Debian or Ubuntu. Please install the equivalents of these Debian packages, then try again:" >&2
  echo "  ${wanted[*]}" >&2
  exit 1
fi

# The tests start their own Exim. Debian allows only one mail server package, and the user's own must not be replaced silently.
if [ "${1:-run}" = test ] && [ ! -x /usr/sbin/exim4 ]; then
  if other=$(dpkg-query -W -f='${db:Status-Status} ${Package} ${Provides}\n' 2>/dev/null | grep '^installed .*mail-transport-agent'); then
    echo "The tests need exim4-daemon-light, which would replace your mail server. Please remove it or skip the tests:" >&2
    echo "  $(echo "$other" | cut -d' ' -f2)" >&2
    exit 1
  fi
  wanted+=(exim4-daemon-light)
fi

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Please install as root: apt-get install ${missing[*]}" >&2; exit 1; }
  root=(sudo)
fi
echo "Installing ${missing[*]}"
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
