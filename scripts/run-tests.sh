#!/usr/bin/env bash
# Runs every test program of a build directory, two at a time, and the playbooks' cases; ends with one line: N passed, N failed.
#   scripts/run-tests.sh BUILD_DIR [PROGRAM...]     only these programs, and no playbooks' cases
set -uo pipefail
build=$1
shift
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export build logs
# The tests' PostgreSQL servers make hundreds of databases: in memory, where there is plenty, half of the time is saved.
shm_kib=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
[ -n "${TMPDIR:-}" ] || [ "${shm_kib:-0}" -lt 12000000 ] || export TMPDIR=/dev/shm
# A report names the place of an allocation, not its whole way there, which costs a third of the time; say otherwise to find a leak.
export ASAN_OPTIONS=${ASAN_OPTIONS:-malloc_context_size=6}
LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$(dirname "$(dirname "$(realpath "$0")")")/tests/leaks.supp:print_suppressions=0}
export LSAN_OPTIONS

# run_one PROGRAM SHARD SHARDS: its log and exit code, and one line for who watches.
run_one() {
  local name log began status ok
  name=$(basename "$1")
  log=$logs/$name.$2
  began=$SECONDS
  GTEST_SHARD_INDEX=$2 GTEST_TOTAL_SHARDS=$3 timeout 1500 "$1" >"$log" 2>&1 </dev/null
  status=$?
  echo "$status" >"$log.status"
  ok=$(grep -aoE '^\[  PASSED  \] [0-9]+ test' "$log" | grep -oE '[0-9]+' | tail -n 1)
  if [ "$status" -eq 0 ]; then printf '  ok      %-28s %4s tests %4ss\n' "$name" "${ok:-0}" $((SECONDS - began))
  else printf '  FAILED  %-28s exit %3s %4ss\n' "$name" "$status" $((SECONDS - began)); grep -aE '^\[  FAILED  \]|: Failure$|ERROR: |runtime error:' "$log" | head -n 40; fi
}
export -f run_one

# The simulation is by far the longest: it is cut in pieces and goes first.
[ -n "${TEMPORAL_SQL_TOOL:-}" ] || [ $# -gt 0 ] || echo "  left out: refloat_temporal_tool_test (TEMPORAL_SQL_TOOL names no real temporal-sql-tool)"
if [ $# -gt 0 ]; then printf "$build/tests/%s 0 1\n" "$@"; else
  for piece in 0 1 2 3 4 5; do echo "$build/tests/refloat_simulation_test $piece 6"; done
  for program in "$build"/tests/refloat_*_test; do
    case $program in
      *_simulation_test) ;;
      # Compares with the real temporal-sql-tool; without one there is nothing to run, so it is left out and not counted.
      *_temporal_tool_test) [ -z "${TEMPORAL_SQL_TOOL:-}" ] || echo "$program 0 1" ;;
      *) echo "$program 0 1" ;;
    esac
  done
fi | xargs -P 2 -L 1 bash -c 'run_one "$@"' run_one

passed=0 failed=0
for log in "$logs"/*.status; do
  text=${log%.status}
  ok=$(grep -aoE '^\[  PASSED  \] [0-9]+ test' "$text" | grep -oE '[0-9]+' | tail -n 1)
  no=$(grep -aoE '^ ?[0-9]+ FAILED TESTS?$' "$text" | grep -oE '[0-9]+' | tail -n 1)
  [ "$(cat "$log")" -ne 0 ] && [ -z "$no" ] && no=1   # it died without a word
  passed=$((passed + ${ok:-0})); failed=$((failed + ${no:-0}))
done

# One more check: the shipped playbooks as a user lints and tests them.
for check in $([ $# -gt 0 ] || echo lint test); do
  if "$build/refloat" playbook $check playbooks >"$logs/playbook" 2>&1; then
    passed=$((passed + 1)); printf '  ok      playbook %-19s %s\n' "$check" "$(tail -n 1 "$logs/playbook")"
  else
    failed=$((failed + 1)); tail -n 20 "$logs/playbook"
  fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
