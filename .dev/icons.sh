#!/usr/bin/env bash
# Renders icons/*.svg in every size that the platforms need. The results are committed, so a build needs none of these tools.
set -euo pipefail
cd "$(dirname "$0")/../icons"

missing=()
for tool in rsvg-convert:librsvg2-bin icotool:icoutils png2icns:icnsutils; do
  command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then echo "Please install: apt-get install ${missing[*]}" >&2; exit 1; fi

render() { rsvg-convert --width "$2" --height "$2" --output "$3" "$1"; }
for size in 16 22 24 32; do render small.svg $size ${size}x$size.png; done
for size in 48 64 128 256 512; do render icon.svg $size ${size}x$size.png; done
icotool --create --output icon.ico {16x16,24x24,32x32,48x48,64x64}.png --raw 256x256.png
png2icns icon.icns {16x16,32x32,48x48,128x128,256x256,512x512}.png >/dev/null
