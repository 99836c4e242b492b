#!/usr/bin/env bash
# run.sh [WORD...]: breaks the code on purpose, one line of list.txt after another (or those that contain a word), in a copy of the tree,
# and runs the test that is there to notice. A mutant whose test passes has survived: it fails the run, and so does one that changes nothing.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$here/../.." && pwd)
copy=$root/build/mutants log=$(mktemp)
trap 'rm -f "$log"' EXIT
mkdir -p "$copy"
# Only what differs is copied, so that only that is built again.
(cd "$root" && git ls-files | grep -v '^docs/\|^tests/e2e/') | while read -r file; do
  [ ! -f "$root/$file" ] || cmp -s "$root/$file" "$copy/$file" || install -D -m 0644 "$root/$file" "$copy/$file"
done
(cd "$copy" && cmake --preset release -D REFLOAT_UNITY=0) >"$log" 2>&1 || { cat "$log"; exit 1; }

wanted() {
  [ $# -eq 1 ] && return
  local word
  for word in "${@:2}"; do [[ $1 == *"$word"* ]] && return; done
  return 1
}
# Whether a test passes on the code as it is, asked once each: one that cannot run notices nothing.
declare -A healthy=()
is_healthy() {
  [ -n "${healthy[$1]:-}" ] && return
  read -ra test <<<"$1"
  build "${test[0]}" && run_test && healthy[$1]=yes
}
# Sets `code`: 0 = it passed, 1 = it noticed, anything else = it did not come to an end of its own.
run_test() {
  timeout 600 "$copy/build/release/tests/${test[0]}" "${test[@]:1}" >"$log" 2>&1 </dev/null
  code=$?
  return $code
}
build() { cmake --build "$copy/build/release" --parallel "$(nproc)" --target "$1" >"$log" 2>&1; }
field() { echo "$2" | awk -F ' [|] ' -v n="$1" '{ print $n }'; }

passed=0 failed=0
judge() { # NAME RESULT
  case $2 in
  noticed) passed=$((passed + 1)) ;;
  *) failed=$((failed + 1)) ;;
  esac
  printf '%-12s %s\n' "$2" "$1"
}
while read -r line; do
  case $line in '' | '#'*) continue ;; esac
  name=$(field 1 "$line")
  wanted "$name" "$@" || continue
  file=$copy/$(field 2 "$line")
  is_healthy "$(field 4 "$line")" || { judge "$name" "no-test" && tail -n 5 "$log"; continue; }
  read -ra test <<<"$(field 4 "$line")"
  cp "$file" "$log.file"
  perl -0pi -e "$(field 3 "$line")" "$file"
  if cmp -s "$file" "$log.file"; then judge "$name" "no-change"
  elif ! build "${test[0]}"; then judge "$name" "no-build" && tail -n 5 "$log"
  elif run_test; then judge "$name" "SURVIVED"
  elif [ "$code" -eq 1 ]; then judge "$name" "noticed"
  else judge "$name" "died $code"; fi
  mv "$log.file" "$file" && touch "$file"
done <"$here/list.txt"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
