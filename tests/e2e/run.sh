#!/usr/bin/env bash
# run.sh [FILTER...]: builds the lab (cached), starts it, runs every case whose name contains a filter (default: all), and takes
# everything away again, also after a crash or Ctrl-C. KEEP=1 leaves the lab running; a lab that runs already is used.
# The binary under test is $REFLOAT_BIN (build/release/refloat).
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

started=$EPOCHSECONDS passed=0 failed=0
finish() {
  trap '' INT TERM
  kill ${case_pid:-} ${spare_pid:-} 2>/dev/null
  [ -n "${KEEP:-}" ] || "$here/lab/down.sh" --keep-logs
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$here/lab/packages.sh" || unable "the packages cannot be installed"
"$here/lab/up.sh" || { echo "the lab did not start"; echo "0 passed, 1 failed"; exit 1; }
. "$LAB/stacks.sh"
. "$LAB/check.sh"

# Cases run on one stack after another. While a case runs on `current`, a `spare` is made for the next one; a stack that a case leaves
# exactly as it was is used again, any other is taken away in the background.
number=0 current='' spare='' spare_pid=''
make_spare() {
  number=$((number + 1)) spare=orders-$number
  "$LAB/stack.sh" --prefix "s$number-" --namespace "$spare" --database-suffix "_$number" --base-port $((PORTS + 1000 + number % 8 * 100)) \
    >"$RUN/log/cases/stack-$number.log" 2>&1 &
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
    cat "$RUN/log/cases/stack-$number.log"
    spare=
    return 1
  fi
  current=$spare spare=
  use_stack "$current"
}
pristine() {
  stack_healthy && [ "$(git -C "$REPOSITORY" rev-list --count HEAD)" = 1 ] && fill "$LAB/stack/stack.yaml" | cmp -s - "$STACK_FILE" &&
    [ -z "$(k -n argocd get appproject "$PROJECT" -o 'jsonpath={.spec.syncWindows}')" ] &&
    [ "$(kn get secrets temporal-db-env temporal-db-credentials -o 'jsonpath={range .items[*]}{.data.password}{"\n"}{end}' | sort -u | wc -l)" = 1 ]
}

# run_case FILE: in a shell of its own with a time limit; its log is kept.
run_case() {
  (
    export CASE_DIR=$RUN/cases/$(basename "$1" .sh)
    rm -rf "$CASE_DIR" && mkdir -p "$CASE_DIR/state"
    exec timeout --kill-after=10 420 bash -euo pipefail -c '
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

mkdir -p "$RUN/cases" "$RUN/log/cases"
cases=()
for file in "$here"/cases/*.sh; do
  [ $# = 0 ] && cases+=("$file")
  for filter in "$@"; do [[ $(basename "$file") == *"$filter"* ]] && cases+=("$file") && break; done
done

for index in "${!cases[@]}"; do
  name=$(basename "${cases[index]}" .sh) log=$RUN/log/cases/$(basename "${cases[index]}" .sh).log
  began=$EPOCHSECONDS
  if ! fresh_stack >"$log" 2>&1; then
    verdict=FAIL waited=$((EPOCHSECONDS - began)) began=$EPOCHSECONDS
    echo "no healthy stack to begin with" >>"$log"
  else
    [ -n "$spare" ] || [ $((index + 1)) = ${#cases[@]} ] || make_spare
    waited=$((EPOCHSECONDS - began)) began=$EPOCHSECONDS
    if run_case "${cases[index]}" "$log"; then verdict=PASS; else verdict=FAIL; fi
  fi
  printf '%-4s  %-42s %4d s (after %d s for the stack)\n' "$verdict" "$name" $((EPOCHSECONDS - began)) "$waited"
  if [ "$verdict" = PASS ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    tail -n "${TAIL:-40}" "$log" | sed 's/^/      | /'
    [ -z "$current" ] || stack_state >>"$log" 2>&1
  fi
done
[ -z "$spare" ] || wait "$spare_pid"
echo "end-to-end tests: $((EPOCHSECONDS - started)) s, logs in $RUN/log"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
