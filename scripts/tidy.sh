#!/usr/bin/env bash
# clang-tidy 19 over controller/ and argo/, in parallel: all checks over the files of a folder at once (most of the work is the libraries' headers,
# which are then walked once), and over each file alone what must see it alone: whether it includes what it uses, and forward declarations. Nothing is
# checked again before it, a header that it includes (directly or not) or the configuration changed.
set -euo pipefail
alone=build/tidy together=build/tidy-together
cache=${XDG_CACHE_HOME:-$HOME/.cache}/refloat/tidy
mkdir -p "$cache"
find "$cache" -type f -mtime +30 -delete
cmake --preset tidy >/dev/null
cmake --preset tidy-together >/dev/null
cmake --build "$alone" --target CMakeFiles/refloat_base.dir/cmake_pch.hxx.pch >/dev/null
cmake --build "$together" --target embedded/embedded_files.cpp >/dev/null
export alone together cache

# check_one alone|together FILE WHAT_IT_INCLUDES...
check_one() {
  local way=$1 file=$2 key build=$alone checks='-*,misc-include-cleaner,bugprone-forward-declaration-namespace'
  shift
  [ "$way" = alone ] || { build=$together checks='-misc-include-cleaner,-bugprone-suspicious-include,-bugprone-forward-declaration-namespace'; }
  key=$cache/$(cat .clang-tidy scripts/tidy.sh "$@" | sha256sum | cut -c 1-40)-$way
  [ -e "$key" ] && return 0
  clang-tidy-19 -p "$build" --quiet --config-file=.clang-tidy --checks="$checks" --header-filter='(controller|argo)/.*\.(h|cpp)$' \
    --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-deprecated-declarations "$file" 2>/dev/null && touch "$key"
}
export -f check_one

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

# One line a thing to check: the way, the file, and everything it holds.
work() {
  local file rest unit
  declare -A headers=()
  while read -r file rest; do headers[$file]=$rest; done
  for file in "${!headers[@]}"; do echo "alone $file ${headers[$file]}"; done
  sed -n 's/^  "file": "\(.*\)",\{0,1\}$/\1/p' "$together/compile_commands.json" | while read -r unit; do
    file=${unit#"$PWD/"}
    case $file in
    */refloat_*.dir/Unity/*)
      mapfile -t parts < <(sed -n "s|^#include \"$PWD/\(.*\)\"\$|\1|p" "$unit")
      case ${parts[0]} in controller/* | argo/*) ;; *) continue ;; esac
      echo "together $unit $(for file in "${parts[@]}"; do echo "$file ${headers[$file]:-}"; done | tr ' ' '\n' | sort -u | tr '\n' ' ')"
      ;;
    controller/* | argo/*) echo "together $file ${headers[$file]:-}" ;;
    esac
  done
}
# xargs takes a line that ends with a blank for one that goes on in the next.
with_headers | work | sed 's/ *$//' | sort -r | xargs -P "$(nproc)" -L 1 bash -c 'check_one "$@" || { echo "clang-tidy: $2"; exit 1; }' check_one
echo "clang-tidy: clean"
