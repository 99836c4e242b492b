#!/usr/bin/env bash
# latency.sh: how long after an event a finding is told, for a signature that needs watched objects only, beside a raw watch of the same
# run, with 1,000 and with 10,000 other Applications present; on a real etcd and kube-apiserver that this starts on loopback. Prints a
# Markdown table. "told" is the line of the log, "decided" the Stack's status after the turn that reads everything anew.
# REFLOAT_BIN, SIZES ("1000 10000"), SAMPLES (300) and STACKS (20) scale it; KEEP=1 leaves the cluster for the next time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export REFLOAT_E2E_RUN=${REFLOAT_BENCH_RUN:-/tmp/refloat-bench-latency-$(id -u)} REFLOAT_E2E_PORTS=${REFLOAT_BENCH_PORTS:-29000}
SIZES=${SIZES:-1000 10000} SAMPLES=${SAMPLES:-300} STACKS=${STACKS:-20}
. "$here/ingest_cluster.sh"
REFLOAT_BIN=$(realpath "${REFLOAT_BIN:-$here/../../build/release/refloat}")

build_informers
if ! { running etcd && running apiserver; }; then
  stop_cluster
  rm -rf "$RUN"
  start_cluster
fi
[ -n "${KEEP:-}" ] || trap 'stop_cluster; rm -rf "$RUN"' EXIT
export KUBECONFIG=$KUBE/admin
"$REFLOAT_BIN" crds | k apply --server-side -f - >/dev/null
wait_for "refloat's kinds" 30 k get stacks,recoveries -A

load_before=$(cut -d' ' -f1-3 /proc/loadavg)
rows=
for size in $SIZES; do
  "$FILL" applications "$size" >&2
  say "$SAMPLES findings beside $size Applications"
  "$LATENCY" "$REFLOAT_BIN" "$STACKS" "$SAMPLES" >"$RUN/log/latency.$size"
  rows+=$(awk -v size="$size" '
    { for (i = 2; i <= NF; i++) { split($i, p, "="); v[$1, p[1]] = p[2] } }
    END { verdict = v["told", "p99_ms"] <= 50 ? "" : " **missed**"
          printf "| %s | %s | %s ms | %s ms%s | %s ms | %s ms | %s ms |", size, v["told", "samples"], v["told", "p50_ms"],
                 v["told", "p99_ms"], verdict, v["told", "max_ms"], v["decided", "p50_ms"], v["decided", "p99_ms"] }' "$RUN/log/latency.$size")$'\n'
done
cat <<END
| other Applications | findings | event to finding, p50 | p99 (target 50 ms) | most | decided, p50 | p99 |
|---|---|---|---|---|---|---|
$rows
Load average before and after: $load_before and $(cut -d' ' -f1-3 /proc/loadavg), on $(nproc) CPUs that the API server shares.
END
