#!/usr/bin/env bash
# clang-tidy 19 over every file of controller/ and argo/, in parallel. A file is checked again only when it, any header or the configuration changed.
#   scripts/tidy.sh BUILD_DIR
set -euo pipefail
build=$1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/refloat/tidy
mkdir -p "$cache"
headers=$( (git ls-files '*.h' | sort | xargs cat; cat .clang-tidy) | sha256sum | cut -c 1-24)
export build cache headers
check_one() {
  local key
  key=$cache/$( (echo "$headers"; cat "$1") | sha256sum | cut -c 1-40)
  [ -e "$key" ] && return 0
  clang-tidy-19 -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-deprecated-declarations "$1" 2>/dev/null && touch "$key"
}
export -f check_one
find "$cache" -type f -mtime +30 -delete
git ls-files 'controller/*.cpp' 'argo/*.cpp' | xargs -P "$(nproc)" -I {} bash -c 'check_one {} || { echo "clang-tidy: {}"; exit 1; }'
echo "clang-tidy: clean"
