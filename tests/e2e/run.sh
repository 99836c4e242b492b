#!/usr/bin/env bash
# run.sh [FILTER...]: builds the lab (cached), starts it, runs every case whose name contains a filter (default: all), and takes
# everything away again, also after a crash or Ctrl-C. KEEP=1 leaves the lab running; a lab that runs already is used. Without a filter,
# cases that say "# nightly" run only with NIGHTLY=1.
# The binary under test is $REFLOAT_BIN (build/release/refloat). Cases run side by side, one in each slot, and share only the cluster.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lab/lib.sh"
export REFLOAT_BIN=${REFLOAT_BIN:-$here/../../build/release/refloat}

# The machine can or cannot; in CI it must.
unable() {
  echo "end-to-end tests: $1"
  if [ -n "${CI:-}" ]; then
    echo "0 passed, 1 failed"
    exit 1
  fi
  echo "skipped"
  exit 0
}
[ "$(uname -s)" = Linux ] || unable "need Linux"
[ "$(id -u)" = 0 ] || unable "need root, for a kubelet and containers"
command -v apt-get >/dev/null || unable "need Debian 12 or a like system with apt-get"
command -v go >/dev/null || unable "need Go 1.26 or newer to build Kubernetes, Argo CD and Temporal (https://go.dev/dl)"
[ -x "$REFLOAT_BIN" ] || { echo "$REFLOAT_BIN is missing: run make build"; echo "0 passed, 1 failed"; exit 1; }
REFLOAT_BIN=$(realpath "$REFLOAT_BIN")

started=$EPOCHSECONDS workers=()
finish() {
  trap '' INT TERM
  kill "${workers[@]}" 2>/dev/null
  wait "${workers[@]}" 2>/dev/null
  [ -n "${KEEP:-}" ] || "$here/lab/down.sh" --keep-logs
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$here/lab/packages.sh" || unable "the packages cannot be installed"
"$here/lab/up.sh" || { echo "the lab did not start"; echo "0 passed, 1 failed"; exit 1; }
. "$LAB/stacks.sh"
. "$LAB/check.sh"

# In a slot, cases run on one stack after another. While a case runs on `current`, a `spare` is made for the next one; a stack that a
# case leaves exactly as it was is used again, any other is taken away in the background.
number=0 current='' spare='' spare_pid=''
make_spare() {
  local id
  number=$((number + 1)) id=$SLOT$number spare=orders-$SLOT-$number
  [ ! -e "$RUN/stacks/$spare.names" ] || "$LAB/remove-stack.sh" "$spare" >/dev/null 2>&1 # of an earlier run of this script
  "$LAB/stack.sh" --prefix "s$id-" --namespace "$spare" --database-suffix "_$id" \
    --base-port $((PORTS + 1000 + (SLOT - 1) * 500 + number % 5 * 100)) >"$RUN/log/cases/$spare.log" 2>&1 &
  spare_pid=$!
}
fresh_stack() {
  if [ -n "$current" ]; then
    use_stack "$current"
    pristine && return
    "$LAB/remove-stack.sh" "$current" >"$RUN/log/cases/remove-$current.log" 2>&1 &
    current=
  fi
  [ -n "$spare" ] || make_spare
  if ! wait "$spare_pid"; then
    cat "$RUN/log/cases/$spare.log"
    spare=
    return 1
  fi
  current=$spare spare=
  use_stack "$current"
}
pristine() {
  stack_healthy && set_at_rest && [ "$(git -C "$REPOSITORY" rev-list --count HEAD)" = 1 ] && fill "$LAB/stack/stack.yaml" | cmp -s - "$STACK_FILE" &&
    [ -z "$(k -n argocd get appproject "$PROJECT" -o 'jsonpath={.spec.syncWindows}')" ] &&
    [ "$(kn get secrets temporal-db-env temporal-db-credentials -o 'jsonpath={range .items[*]}{.data.password}{"\n"}{end}' | sort -u | wc -l)" = 1 ]
}

# time_limit FILE: seconds; a case that needs more says "# at most N s".
time_limit() { sed -n 's/^# at most \([0-9]*\) s$/\1/p' "$1" | grep . || echo 420; }

# run_case FILE LOG: in a shell of its own with a time limit.
run_case() {
  (
    export CASE_DIR=$RUN/cases/$(basename "$1" .sh)
    rm -rf "$CASE_DIR" && mkdir -p "$CASE_DIR/state"
    exec timeout --kill-after=10 "$(time_limit "$1")" bash -euo pipefail -c '
      here=$1
      . "$here/lab/lib.sh"; . "$LAB/stacks.sh"; . "$LAB/check.sh"; . "$LAB/break.sh"; . "$here/expect.sh"
      use_stack "$3"
      mark
      . "$2"' case "$here" "$1" "$current"
  ) >"$2" 2>&1 &
  case_pid=$!
  wait $case_pid
  local status=$?
  case_pid=
  return $status
}

# claim INDEX: true for the first slot that asks.
claim() { mkdir "$RUN/cases/claim-$1" 2>/dev/null; }
left() { # whether a case is still unclaimed
  local index
  for index in "${!cases[@]}"; do [ -d "$RUN/cases/claim-$index" ] || return 0; done
  return 1
}

# tell: a verdict at once, and what went wrong, the reason first; whole, although the other slot may have something to say as well.
tell() {
  (
    flock 9
    printf '%-4s  %-42s %4d s (after %d s for the stack)\n' "$1" "$2" "$3" "$4"
    [ "$1" = PASS ] || { grep -a '^expected: ' "$5" || echo "no expectation failed: over its time, or a command failed"; tail -n "${TAIL:-40}" "$5"; } | sed 's/^/      | /'
  ) 9>>"$RUN/cases/lock"
}

work() { # SLOT
  export SLOT=$1
  local index name log began waited verdict case_pid=''
  trap 'kill ${case_pid:-} ${spare_pid:-} 2>/dev/null; exit 143' TERM
  for index in "${!cases[@]}"; do
    claim "$index" || continue
    name=$(basename "${cases[index]}" .sh) log=$RUN/log/cases/$(basename "${cases[index]}" .sh).log
    began=$EPOCHSECONDS verdict=FAIL
    if fresh_stack >"$log" 2>&1; then
      [ -n "$spare" ] || ! left || make_spare
      waited=$((EPOCHSECONDS - began)) began=$EPOCHSECONDS
      if run_case "${cases[index]}" "$log"; then verdict=PASS; fi
    else
      waited=$((EPOCHSECONDS - began)) began=$EPOCHSECONDS
      echo "no healthy stack to begin with" >>"$log"
    fi
    echo "$verdict" >"$RUN/cases/verdict-$index"
    tell "$verdict" "$name" $((EPOCHSECONDS - began)) "$waited" "$log"
    [ "$verdict" = PASS ] || [ -z "$current" ] || stack_state >>"$log" 2>&1
  done
  wait
  # What is left has ports that the next phase wants.
  for name in $current $spare; do [ -n "${LAST_PHASE:-}" ] || "$LAB/remove-stack.sh" "$name" >>"$RUN/log/cases/remove-$name.log" 2>&1; done
}

# run_cases FILE...: side by side; adds to passed and failed. What has no verdict has not passed: a slot may have died.
run_cases() {
  local slot good
  cases=("$@") workers=()
  [ $# -gt 0 ] || return 0
  rm -f "$RUN"/cases/verdict-* && rm -rf "$RUN"/cases/claim-*
  for slot in "${SLOTS[@]}"; do
    work "$slot" &
    workers+=($!)
  done
  wait "${workers[@]}"
  good=$(cat "$RUN"/cases/verdict-* 2>/dev/null | grep -c PASS)
  passed=$((passed + good)) failed=$((failed + $# - good))
}

rm -rf "$RUN/cases"
mkdir -p "$RUN/cases" "$RUN/log/cases"
# Cases 80 to 89 need Refloat's kinds in the cluster, and once they are there every other command would keep its journal in them: they
# come last, when the kinds are installed for all of them. A case that says "# alone" breaks what all cases share, so nothing else runs then.
without_kinds=() with_kinds=() alone=() passed=0 failed=0
for file in "$here"/cases/*.sh; do
  name=$(basename "$file") wanted=no
  [ $# -gt 0 ] || { [ -z "${NIGHTLY:-}" ] && grep -q '^# nightly' "$file"; } || wanted=yes
  for filter in "$@"; do [[ $name != *"$filter"* ]] || wanted=yes; done
  [ $wanted = yes ] || continue
  if grep -q '^# alone' "$file"; then
    alone+=("$file")
  elif [[ $name == 8* ]]; then
    with_kinds+=("$file")
  else
    without_kinds+=("$file")
  fi
done
[ $((${#with_kinds[@]} + ${#alone[@]})) -gt 0 ] || LAST_PHASE=yes
run_cases "${without_kinds[@]}"
[ $((${#with_kinds[@]} + ${#alone[@]})) = 0 ] || "$REFLOAT_BIN" crds | k apply --server-side -f - >/dev/null
[ ${#alone[@]} -gt 0 ] || LAST_PHASE=yes
run_cases "${with_kinds[@]}"
LAST_PHASE=yes
SLOTS=("${SLOTS[0]}")
run_cases "${alone[@]}"

echo "end-to-end tests: $((EPOCHSECONDS - started)) s, logs in $RUN/log"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
