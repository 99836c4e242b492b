# Sourced by every script of the lab: where things are, which ports, and processes that are known by their id and start time.
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RUN=${REFLOAT_E2E_RUN:-/tmp/refloat-e2e-$(id -u)}              # all that the lab writes while it runs
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/refloat/lab              # what it has built
PORTS=${REFLOAT_E2E_PORTS:-24000}                              # the first port of the lab itself; stacks have their own
SLOTS=(1 2)                                                    # how many cases can run side by side; each has users of its own
CONTROLLERS=refloat-system                                     # the namespace of the controllers' ServiceAccounts
NODE=localhost                                                 # resolves everywhere, so that nothing has to be written to /etc/hosts

ETCD_PORT=$((PORTS + 379)) ETCD_PEER_PORT=$((PORTS + 380)) API_PORT=$((PORTS + 443)) POSTGRES_PORT=$((PORTS + 432))
REDIS_PORT=$((PORTS + 637)) CONTROLLERS_PORT=$((PORTS + 257)) SCHEDULER_PORT=$((PORTS + 259))
KUBELET_PORT=$((PORTS + 250)) KUBELET_HEALTH_PORT=$((PORTS + 248))
REPO_PORT=$((PORTS + 81)) REPO_METRICS_PORT=$((PORTS + 84)) CONTROLLER_METRICS_PORT=$((PORTS + 82))
BOUNDARY_PORT=$((PORTS + 100)) # and one more for each slot
APPSET_METRICS_PORT=$((PORTS + 85)) APPSET_PROBE_PORT=$((PORTS + 86)) APPSET_WEBHOOK_PORT=$((PORTS + 87))

PKI=$RUN/pki KUBE=$RUN/kube SOCKET=$RUN/containerd/containerd.sock
AUDIT_LOG=$RUN/log/audit.json SQL_LOG=$RUN/log/postgres.log
POSTGRES_BIN=/usr/lib/postgresql/15/bin

say() { printf 'lab: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# The folder of the binaries that belong to the sources as they are now: of one module, or of all.
MODULES=(tool kube argo temporal)
module_folder() { echo "$CACHE/$1-$(cd "$LAB/$1" && { cat go.mod $(find . -name go.sum -o -name '*.go' | sort) && go version; } | sha256sum | cut -c1-12)"; }
lab_folder() {
  local module
  echo "$CACHE/lab-$({ for module in "${MODULES[@]}"; do module_folder "$module"; done && cat "$LAB/images.sh" "$LAB/build.sh"; } | sha256sum | cut -c1-12)"
}
# Known once bin/ is linked: then no script needs Go any more.
BIN=$RUN/bin
export PATH=$BIN:$PATH

# --- processes ---------------------------------------------------------------------------------------------------------------
# started_at PID: the kernel's start time, which tells a process from a later one of the same id; nothing for a zombie.
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }

# start NAME COMMAND...: in a session of its own, logging to log/NAME.log. It records itself before it becomes the command, so that
# nothing that runs is ever unrecorded, whenever the script that starts it dies.
start() {
  setsid bash -c '. "$1"; become "${@:2}"' start "$LAB/lib.sh" "$@" </dev/null >>"$RUN/log/$1.log" 2>&1 &
}
become() {
  local name=$1
  shift
  echo "$$ $(started_at $$)" >"$RUN/pid/$name"
  exec "$@"
}

running() {
  local pid start
  [ -s "$RUN/pid/$1" ] && read -r pid start <"$RUN/pid/$1" && [ -n "${start:-}" ] && [ "$(started_at "$pid")" = "$start" ]
}

# stop NAME [SIGNAL]: asks, waits ten seconds, then kills.
stop() {
  local name=$1 pid start
  if running "$name"; then
    read -r pid start <"$RUN/pid/$name"
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true # it may have ended by itself a moment ago
    until_true 10 not running "$name" || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$RUN/pid/$name"
}

not() { ! "$@"; }

# until_true SECONDS COMMAND...: repeats a question until it is true; false when the time is over.
until_true() {
  local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
    sleep 0.2
  done
}

# wait_for WHAT SECONDS COMMAND...: the same, and says what did not come.
wait_for() {
  local what=$1 seconds=$2
  shift 2
  until_true "$seconds" "$@" || { say "$what: not within $seconds s (logs are in $RUN/log)"; return 1; }
}

# --- clients -----------------------------------------------------------------------------------------------------------------
k() { kubectl --kubeconfig "$KUBE/admin" "$@"; }

# sql DATABASE [psql options]: as the administrator, tuples only.
sql() {
  local database=$1
  shift
  PGPASSFILE=$RUN/pki/pgpass PGAPPNAME=lab psql -XqAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$POSTGRES_PORT" -U postgres -d "$database" "$@"
}
