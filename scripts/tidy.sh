#!/usr/bin/env bash
# clang-tidy 19 over every file of controller/ and argo/, in parallel. A file is checked again only when it, a header that it includes
# (directly or not) or the configuration changed.
#   scripts/tidy.sh BUILD_DIR
set -euo pipefail
build=$1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/refloat/tidy
mkdir -p "$cache"
export build cache
check_one() { # FILE WHAT_IT_INCLUDES...
  local key
  key=$cache/$(cat .clang-tidy "$@" | sha256sum | cut -c 1-40)
  [ -e "$key" ] && return 0
  clang-tidy-19 -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-deprecated-declarations "$1" 2>/dev/null && touch "$key"
}
export -f check_one
find "$cache" -type f -mtime +30 -delete
# One line a file: itself, then all headers of ours that it reaches. Their paths begin at controller/ or at the root.
with_headers() {
  git ls-files '*.cpp' '*.h' | xargs grep -H '^#include "' /dev/null | sed 's/:#include "/ /; s/".*//' | awk '
    FILENAME != "-" { exists[$1] = 1; next }
    { path = ("controller/" $2) in exists ? "controller/" $2 : $2
      if (path in exists) includes[$1] = includes[$1] " " path }
    function reach(file,   list, n, i) {
      if (file in seen) return
      seen[file] = 1
      n = split(includes[file], list, " ")
      for (i = 1; i <= n; i++) reach(list[i])
    }
    END {
      for (file in exists) {
        if (file !~ /^(controller|argo)\/.*\.cpp$/) continue
        split("", seen); reach(file); delete seen[file]
        line = file; m = 0
        for (each in seen) sorted[++m] = each
        for (i = 2; i <= m; i++) for (j = i; j > 1 && sorted[j - 1] > sorted[j]; j--) { t = sorted[j]; sorted[j] = sorted[j - 1]; sorted[j - 1] = t }
        for (i = 1; i <= m; i++) line = line " " sorted[i]
        print line
      }
    }' <(git ls-files '*.cpp' '*.h') -
}
with_headers | sort | xargs -P "$(nproc)" -L 1 bash -c 'check_one "$@" || { echo "clang-tidy: $1"; exit 1; }' check_one
echo "clang-tidy: clean"
