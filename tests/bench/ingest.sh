#!/usr/bin/env bash
# ingest.sh: what it costs to follow 10,000 Applications of 16 KB (then with 30,000 Pods, then a storm of changes) on a real API server:
# client-go as it comes, client-go tuned, Refloat's watch and cache, and curl that only reads. Interleaved, so that a busy machine slows
# all of them; prints medians, the spread and the ratios beside their targets as a Markdown table.
# RUNS (5), APPLICATIONS (10000), PODS (30000), STORM (1000) scale it, PHASES ("applications pods storm") chooses; KEEP=1 leaves the
# cluster for the next time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export REFLOAT_E2E_RUN=${REFLOAT_BENCH_RUN:-/tmp/refloat-bench-$(id -u)} REFLOAT_E2E_PORTS=${REFLOAT_BENCH_PORTS:-29000}
export APPLICATIONS=${APPLICATIONS:-10000}
PODS=${PODS:-30000} STORM=${STORM:-1000} RUNS=${RUNS:-5} PHASES=${PHASES:-applications pods storm}
. "$here/ingest_cluster.sh"
INGEST_BIN=$(realpath "${INGEST_BIN:-$here/../../build/release/tests/refloat_bench_ingest}")
size="$APPLICATIONS $PODS"

build_informers
if ! { running etcd && running apiserver && [ "$(cat "$RUN/filled" 2>/dev/null)" = "$size" ]; }; then
  stop_cluster
  rm -rf "$RUN"
  start_cluster
  KUBECONFIG=$KUBE/admin "$FILL" applications "$APPLICATIONS" | tee "$RUN/log/fill.log"
  KUBECONFIG=$KUBE/admin "$FILL" pods "$PODS" | tee -a "$RUN/log/fill.log"
  echo "$size" >"$RUN/filled"
fi
[ -n "${KEEP:-}" ] || trap 'stop_cluster; rm -rf "$RUN"' EXIT
export KUBECONFIG=$KUBE/admin
results=$(mktemp -d "$RUN/ingest.XXXXXX")

program() { # NAME ARGUMENTS: the words are client-go's flags; ours take two dashes
  local name=$1
  shift
  case $name in
  usual) "$INFORM" "$@" ;;
  tuned) KUBE_FEATURE_WatchListClient=true "$INFORM" -tuned "$@" ;;
  refloat) "$INGEST_BIN" watch "${@/#-/--}" ;;
  esac
}

# take PHASE NAME LINE: "synced seconds=1 cpu=2 hwm_kb=3 ..." appended as numbers.
take() { sed -nE "s/^$3 seconds=([0-9.]+) cpu=([0-9.]+) hwm_kb=([0-9]+).*/\1 \2 \3/p" "$results/out" | tail -n 1 >>"$results/$1.$2"; }

measure_list() { # PHASE NAME FLAGS
  program "$2" "${@:3}" >"$results/out"
  take "$1" "$2" synced
}

measure_storm() { # NAME
  local pid before after
  program "$1" -storm "$STORM" >"$results/out" &
  pid=$!
  until_true 300 grep -q '^synced' "$results/out" || die "$1 does not get synced"
  "$FILL" storm "$STORM" >/dev/null
  wait "$pid" || die "$1 failed in the storm"
  before=$(sed -nE 's/^synced .* cpu=([0-9.]+) .*/\1/p' "$results/out")
  after=$(sed -nE 's/^stormed .* cpu=([0-9.]+) .*/\1/p' "$results/out")
  awk -v b="$before" -v a="$after" -v n="$STORM" 'BEGIN { printf "0 %.3f 0\n", (a - b) / n * 1000 }' >>"$results/storm.$1"
}

# The stream alone: until the bookmark that ends the list.
read_by_curl() { # PATH
  local token stream curl
  token=$(awk '/token:/ { gsub(/[{}",]/, ""); print $NF; exit }' "$KUBECONFIG")
  exec {stream}< <(exec curl -sN --http2 --cacert "$PKI/ca.crt" -H "Authorization: Bearer $token" \
    "https://127.0.0.1:$API_PORT$1?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")
  curl=$!
  grep -q -m 1 k8s.io/initial-events-end <&"$stream" || die "curl: the list does not end"
  kill "$curl" # the stream goes on for ever
}
measure_curl() { # PHASE PATH...
  local began=$EPOCHREALTIME path pids=()
  for path in "${@:2}"; do
    read_by_curl "$path" &
    pids+=($!)
  done
  wait "${pids[@]}"
  awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f 0 0\n", b - a }' >>"$results/$1.curl"
}

apps_path=/apis/argoproj.io/v1alpha1/applications pods_path=/api/v1/pods
load_before=$(cut -d' ' -f1-3 /proc/loadavg)
wants() { [[ " $PHASES " = *" $1 "* ]]; }
for run in $(seq "$RUNS"); do
  say "run $run of $RUNS"
  if wants applications; then
    for name in usual tuned refloat; do measure_list applications "$name"; done
    measure_curl applications "$apps_path"
  fi
  if wants pods; then
    for name in usual tuned refloat; do measure_list pods "$name" -pods; done
    measure_curl pods "$apps_path" "$pods_path"
  fi
  ! wants storm || for name in usual tuned refloat; do measure_storm "$name"; done
done

# --- the table ---------------------------------------------------------------------------------------------------------------------
# column PHASE NAME FIELD: "median min max"
column() {
  awk -v f="$3" '{ print $f }' "$results/$1.$2" | sort -n |
    awk '{ v[NR] = $1 } END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; print m, v[1], v[NR] }'
}
row() { # WHAT PHASE FIELD DIVISOR UNIT TARGET-USUAL TARGET-TUNED
  local usual tuned refloat
  read -r -a usual <<<"$(column "$2" usual "$3")"
  read -r -a tuned <<<"$(column "$2" tuned "$3")"
  read -r -a refloat <<<"$(column "$2" refloat "$3")"
  awk -v what="$1" -v d="$4" -v unit="$5" -v tu="$6" -v tt="$7" -v u="${usual[0]}" -v u1="${usual[1]}" -v u2="${usual[2]}" \
    -v t="${tuned[0]}" -v t1="${tuned[1]}" -v t2="${tuned[2]}" -v r="${refloat[0]}" -v r1="${refloat[1]}" -v r2="${refloat[2]}" '
    function cell(m, a, b) { return sprintf("%.2f (%.2f to %.2f) %s", m / d, a / d, b / d, unit) }
    function ratio(x, target) { return sprintf("1/%.1f (1/%s)%s", x / r, target, target == "-" ? "" : x / r >= target ? "" : " missed") }
    BEGIN { printf "| %s | %s | %s | %s | %s | %s |\n", what, cell(u, u1, u2), cell(t, t1, t2), cell(r, r1, r2), ratio(u, tu), ratio(t, tt) }'
}
echo "| $RUNS interleaved runs: median (least to most) | client-go | client-go, tuned | refloat | to client-go (target) | to tuned (target) |"
echo "|---|---|---|---|---|---|"
for phase in applications pods; do
  wants $phase || continue
  name="$APPLICATIONS Applications"
  [ $phase = applications ] || name="$name + $PODS Pods"
  row "$name: peak memory" $phase 3 1024 MiB 40 4
  row "$name: CPU until synced" $phase 2 1 s 15 12
  row "$name: time to synced" $phase 1 1 s 2 1.7
done
! wants storm || row "storm: CPU a change" storm 2 1 ms - -
echo
for phase in applications pods; do
  wants $phase || continue
  read -r -a curl <<<"$(column $phase curl 1)"
  read -r -a refloat <<<"$(column $phase refloat 1)"
  awk -v p=$phase -v c="${curl[0]}" -v c1="${curl[1]}" -v c2="${curl[2]}" -v r="${refloat[0]}" 'BEGIN {
    printf "Read by curl (%s): %.2f s (%.2f to %.2f); refloat takes %.2f times that (target 1.2)%s\n", p, c, c1, c2, r / c, r / c <= 1.2 ? "" : " missed" }'
done
echo "Load average before: $load_before; after: $(cut -d' ' -f1-3 /proc/loadavg); $(nproc) CPUs, which the API server and etcd share."
echo
echo "| Applications, from a generator in the process | bytes each | peak memory | CPU an event |"
echo "|---|---|---|---|"
for count in 1000 10000 100000; do
  "$INGEST_BIN" curve $count | sed -E 's/applications=([0-9]+) bytes_each=([0-9]+) hwm_kb=([0-9]+) us_per_event=([0-9.]+).*/\1 \2 \3 \4/' |
    awk '{ printf "| %d | %d | %.0f MiB%s | %.1f us |\n", $1, $2, $3 / 1024, $1 == 100000 ? ($3 <= 262144 ? " (target 256)" : " (target 256) missed") : "", $4 }'
done
