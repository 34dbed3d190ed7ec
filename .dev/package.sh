#!/usr/bin/env bash
# Usage: package.sh PROGRAM FOLDER [VERSION]
# Packages a program that is already built, as FOLDER/xpo-admin_VERSION_ARCH.deb and FOLDER/xpo-admin-VERSION-1.ARCH.rpm.
# Tauri's bundler expects the program where cargo puts it. A stripped copy is placed there, so that cargo's own file does not change.
set -euo pipefail
program=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
version=${3:-}
cd "$(dirname "$0")/.."

mkdir -p "$folder/release" target/linux
strip -o "$folder/release/xpo-admin" "$program"
"$program" man | gzip -9n >target/linux/xpo-admin.1.gz
for shell in bash zsh fish; do "$program" completions $shell >target/linux/xpo-admin.$shell; done
metainfo=src-tauri/linux/com.knorex.xpo-admin.metainfo.xml
if [ -n "${GITHUB_REPOSITORY:-}" ]; then
  sed "s|@REPOSITORY@|$GITHUB_REPOSITORY|" "$metainfo" >target/linux/metainfo.xml
else
  sed '/<!-- .dev/d; /<screenshots>/,/<\/screenshots>/d' "$metainfo" >target/linux/metainfo.xml
fi
licences=target/linux/third-party-licences.gz
if [ ! "$licences" -nt Cargo.lock ] || [ ! "$licences" -nt ui/package-lock.json ]; then
  node .dev/notices.mjs "${FEATURES:-}" | gzip -9n >"$licences.new"
  mv "$licences.new" "$licences"
fi

rm -rf "$folder/release/bundle"
configs=(--config src-tauri/linux/bundle.json)
[ -z "$version" ] || configs+=(--config "{\"version\": \"$version\"}")
CARGO_TARGET_DIR=$folder ui/node_modules/.bin/tauri bundle --ci --no-binary-patching "${configs[@]}"
# The bundler compresses with gzip. xz with its filter for programs makes the deb a third smaller.
for deb in "$folder"/release/bundle/deb/*.deb; do
  parts=$(mktemp -d)
  (cd "$parts" && ar x "$deb" && gunzip control.tar.gz data.tar.gz && xz --x86 --lzma2=preset=9e control.tar data.tar &&
    rm "$deb" && ar rcD "$deb" debian-binary control.tar.xz data.tar.xz)
  rm -r "$parts"
done
mv "$folder"/release/bundle/deb/*.deb "$folder"/release/bundle/rpm/*.rpm "$folder"
rm -rf "$folder/release"
