#!/usr/bin/env bash
# Usage: run.sh PROGRAM
# Starts the application. Without a display, starts a virtual one and takes a screenshot once the window is ready.
set -euo pipefail
program=$1

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" != Linux ]; then exec "$program"; fi

folder=$(mktemp -d)
picture=target/xpo-admin.png
mkdir -p target
cleanup() { trap - EXIT; jobs -p | xargs -r kill 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"; }
trap cleanup EXIT
trap 'exit 0' INT TERM

Xvfb -displayfd 3 -screen 0 1280x820x24 -nolisten tcp 3>"$folder/display" 2>/dev/null &
display=$!
until [ -s "$folder/display" ]; do
  kill -0 "$display" || { echo "Failed to start a virtual display." >&2; exit 1; }
  sleep 0.1
done
DISPLAY=:$(<"$folder/display")
export DISPLAY

mkfifo "$folder/log"
start=("$program")
[ -n "${DBUS_SESSION_BUS_ADDRESS:-}" ] || start=(dbus-run-session -- "$program")
"${start[@]}" 2>"$folder/log" &
app=$!
while IFS= read -r line; do
  printf '%s\n' "$line" >&2
  case "$line" in *"the window is ready"*)
    # The display draws the window a moment after it is shown.
    for _ in {1..50}; do
      import -window root "$picture"
      [ "$(identify -format %k "$picture")" -gt 50 ] && break
      sleep 0.2
    done
    echo "There is no display, so XPO Admin runs on a virtual one ($DISPLAY). Picture of its window: $PWD/$picture"
    echo "It keeps running until you press Ctrl+C." ;;
  esac
done <"$folder/log" &
wait $app
