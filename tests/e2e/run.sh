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
  [ -n "${case_pid:-}" ] && kill "$case_pid" 2>/dev/null
  [ -n "${KEEP:-}" ] || "$here/lab/down.sh" --keep-logs
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$here/lab/packages.sh" || unable "the packages cannot be installed"
"$here/lab/up.sh" || { echo "the lab did not start"; echo "0 passed, 1 failed"; exit 1; }
. "$LAB/stacks.sh"
. "$LAB/check.sh"

# fresh_stack: the first stack as it should be, made anew unless the case before has left it just so.
fresh_stack() {
  if [ -e "$RUN/stacks/orders-dev.names" ]; then
    use_stack orders-dev
    pristine && return
    "$LAB/remove-stack.sh" orders-dev || return
  fi
  "$LAB/stack.sh" --prefix dev- --namespace orders-dev --database-suffix _dev --base-port $((PORTS + 1000))
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
      use_stack orders-dev
      mark
      . "$2"' case "$here" "$1"
  ) >"$2" 2>&1 &
  case_pid=$!
  wait $case_pid
  local status=$?
  case_pid=
  return $status
}

mkdir -p "$RUN/cases" "$RUN/log/cases"
for file in "$here"/cases/*.sh; do
  name=$(basename "$file" .sh)
  wanted=$([ $# = 0 ] && echo yes)
  for filter in "$@"; do [[ $name == *"$filter"* ]] && wanted=yes; done
  [ -n "$wanted" ] || continue
  log=$RUN/log/cases/$name.log
  began=$EPOCHSECONDS
  if ! fresh_stack 2>"$log"; then
    tail -n 20 "$log"
    verdict='FAIL (no healthy stack to begin with)'
  else
    prepared=$((EPOCHSECONDS - began)) began=$EPOCHSECONDS
    if run_case "$file" "$log"; then verdict=PASS; else verdict=FAIL; fi
  fi
  printf '%-4s %-44s %4d s (stack %d s)\n' "$verdict" "$name" $((EPOCHSECONDS - began)) "${prepared:-0}"
  if [ "$verdict" = PASS ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    tail -n "${TAIL:-40}" "$log" | sed 's/^/     | /'
    use_stack orders-dev && stack_state >>"$log" 2>&1
  fi
done
echo "end-to-end tests: $((EPOCHSECONDS - started)) s, logs in $RUN/log"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
