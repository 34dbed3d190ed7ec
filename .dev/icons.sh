#!/usr/bin/env bash
# Renders icons/*.svg in every size that the platforms need. The results are committed, so a build needs none of these tools.
set -euo pipefail
cd "$(dirname "$0")/../icons"

missing=()
for tool in rsvg-convert:librsvg2-bin icotool:icoutils; do
  command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then echo "Please install: apt-get install ${missing[*]}" >&2; exit 1; fi

generated=$(mktemp -d)
trap 'rm -rf "$generated"' EXIT
render() { rsvg-convert --width "$2" --height "$2" --output "$3" "$1"; }
for size in 16 22 24 32; do render small.svg $size ${size}x$size.png; done
for size in 48 64 128 256 512; do render icon.svg $size ${size}x$size.png; done
icotool --create --output icon.ico {16x16,24x24,32x32,48x48,64x64}.png --raw 256x256.png
render symbolic.svg 44 symbolic.png
# With the sizes of Retina displays, which png2icns does not write.
../ui/node_modules/.bin/tauri icon icon.svg --output "$generated" >/dev/null 2>&1
mv "$generated/icon.icns" .
