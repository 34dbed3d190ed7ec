#!/usr/bin/env bash
# Copies the screenshots that docs/guide.md and README.md show into docs/pictures/, with a reduced palette to keep them small.
set -euo pipefail
cd "$(dirname "$0")/.."

for name in $(grep -oh 'pictures/[a-z-]*\.png' README.md docs/guide.md | sed 's/.*pictures\///; s/\.png//' | sort -u); do
  convert "target/screenshots/$name-light-1024.png" -strip +dither -colors 160 "PNG8:docs/pictures/$name.png"
done
