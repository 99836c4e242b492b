#!/usr/bin/env bash
# Runs every test program of a build directory and the playbooks' cases, and ends with one line: N passed, N failed.
#   scripts/run-tests.sh BUILD_DIR
set -uo pipefail
build=$1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 bad=()

# Sums what a gtest program says of itself; a program that dies without saying anything is one failure.
count() {
  local ok no
  ok=$(grep -aoE '^\[  PASSED  \] [0-9]+ test' "$log" | grep -oE '[0-9]+' | tail -n 1)
  no=$(grep -aoE '^ ?[0-9]+ FAILED TESTS?$' "$log" | grep -oE '[0-9]+' | tail -n 1)
  [ "$2" -ne 0 ] && [ -z "$no" ] && no=1
  passed=$((passed + ${ok:-0})); failed=$((failed + ${no:-0}))
  if [ "$2" -eq 0 ]; then printf '  ok      %-28s %4s tests %4ss\n' "$1" "${ok:-0}" "$3"
  else printf '  FAILED  %-28s %4s failed %3ss\n' "$1" "${no:-1}" "$3"; bad+=("$1"); grep -aE '^\[  FAILED  \]|Failure$|error:|ERROR:' "$log" | head -n 40; fi
}

for program in "$build"/tests/refloat_*_test; do
  [ -x "$program" ] || continue
  start=$SECONDS
  timeout 900 "$program" --gtest_brief=0 >"$log" 2>&1 </dev/null
  count "$(basename "$program")" $? $((SECONDS - start))
done

"$build/refloat" playbook lint >"$log" 2>&1 && passed=$((passed + 1)) || { failed=$((failed + 1)); bad+=("playbook lint"); tail -n 20 "$log"; }
"$build/refloat" playbook test playbooks >"$log" 2>&1
status=$?
cases=$(grep -oE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
passed=$((passed + $(echo "${cases:-0 passed}" | grep -oE '^[0-9]+')))
case_failures=$(echo "$cases" | grep -oE '[0-9]+ failed' | grep -oE '[0-9]+')
[ $status -ne 0 ] && [ "${case_failures:-0}" -eq 0 ] && case_failures=1
failed=$((failed + ${case_failures:-0}))
if [ $status -eq 0 ]; then printf '  ok      %-28s %s\n' "playbook cases" "$cases"; else tail -n 30 "$log"; bad+=("playbook cases"); fi

[ ${#bad[@]} -gt 0 ] && echo "failed: ${bad[*]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
