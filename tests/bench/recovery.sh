#!/usr/bin/env bash
# recovery.sh: time from recreated databases to verified recovery on the real cluster, `refloat recover` beside human.sh, which knows
# the cause. Interleaved, on one stack, so that a busy machine slows both; prints every run, the medians and their ratio.
# RUNS (5) pairs; LIMIT (1.5) is the ratio that may not be exceeded.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../e2e/lab/lib.sh"
REFLOAT_BIN=$(realpath "${REFLOAT_BIN:-$here/../../build/release/refloat}")
"$LAB/packages.sh"
"$LAB/up.sh"
[ -n "${KEEP:-}" ] || trap '"$LAB/down.sh"' EXIT
. "$LAB/stacks.sh"
. "$LAB/check.sh"
. "$LAB/break.sh"
[ -e "$RUN/stacks/bench.names" ] || "$LAB/stack.sh" --prefix bench- --namespace bench --database-suffix _bench --base-port $((PORTS + 2500))
use_stack bench
state=$(mktemp -d "$RUN/tmp/bench.XXXXXX")

break_it() {
  wait_for "a healthy stack" 120 stack_healthy
  drop_databases
  restart_pods
  wait_for "crashing pods" 60 crash_looping 2
}
# measured NAME COMMAND...: appends the seconds to its list; a run that does not end in the healthy state ends the benchmark.
measured() {
  local name=$1 began=${EPOCHREALTIME/./} seconds
  shift
  "$@" >"$state/$name.log" 2>&1 || { cat "$state/$name.log"; die "$name failed"; }
  seconds=$(((${EPOCHREALTIME/./} - began) / 10000))
  stack_healthy || { stack_state; die "$name left the stack unhealthy"; }
  echo "$seconds" >>"$state/$name.times"
  printf '%-8s %3d.%02d s\n' "$name" $((seconds / 100)) $((seconds % 100))
}
refloat_recover() { HOME=$state XDG_STATE_HOME=$state KUBECONFIG=$KUBE/refloat-1 "$REFLOAT_BIN" recover -f "$STACK_FILE" --yes; }
median() { sort -n "$state/$1.times" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

for _ in $(seq "${RUNS:-5}"); do
  break_it
  measured human "$here/human.sh" bench
  break_it
  measured refloat refloat_recover
done
awk -v h="$(median human)" -v r="$(median refloat)" -v limit="${LIMIT:-1.5}" 'BEGIN {
  printf "median: human %.2f s, refloat %.2f s, ratio %.2f (limit %s)\n", h / 100, r / 100, r / h, limit
  exit r / h > limit }'
