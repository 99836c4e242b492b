#!/bin/sh
# The soak over seeds FROM to TO, on every core: soak.sh FROM TO [PROGRAM]. The last line is "N passed, N failed".
# Besides: the first seeds once more, each in two other processes that must do the same; and under faults that do not end.
set -eu
from=$1
to=$2
program=${3:-build/release/tests/refloat_soak}
jobs=${JOBS:-$(nproc)}
# Seeds per process. A process makes its stages once and keeps them, so many are cheaper; the trace that is printed depends on it, so it
# must follow from the range alone.
share=500
[ $((to - from)) -lt 5000 ] || share=2500
# The first N of the range.
first() { [ $((from + $1 - 1)) -lt "$to" ] && echo "$from..$((from + $1 - 1))" || echo "$from..$to"; }
# A fifth of the time: what is simulated is small objects without end. Without it everything is the same, but slower.
allocator=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p | awk '/libjemalloc\.so\.2/ { print $NF; exit }')
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

began=$(date +%s)
{
  echo "again-1 --seeds $(first 100)"
  echo "again-2 --seeds $(first 100)"
  echo "for-ever --for-ever --seeds $(first 50)"
  at=$from
  while [ "$at" -le "$to" ]; do
    last=$((at + share - 1))
    [ "$last" -le "$to" ] || last=$to
    echo "share-$at --seeds $at..$last"
    at=$((last + 1))
  done
} | xargs -P "$jobs" -L 1 env LD_PRELOAD="$allocator" sh -c 'program=$0 out=$1/$2; shift 2; "$program" "$@" >"$out" 2>&1 || true' \
  "$program" "$scratch"

grep -h -A 2 '^VIOLATION' "$scratch"/* || true
# A share that ended without its last line has died.
awk -v shares="$(find "$scratch" -type f | wc -l)" -v began="$began" -v now="$(date +%s)" -v from="$from" -v to="$to" '
  /^seeds / && FILENAME ~ /\/again-/ { again[$4]++ }
  /^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; whole++ }
  FILENAME !~ /\/share-/ { next }
  /^fault / && /does not apply/ { impossible[$2] = $0; next }
  /^fault /  { fired[$2] += $3; next }
  /^ending / { endings[$2] += $3; next }
  /^seeds /  { traces[$2] = $4; next }
  END {
    for (name in fired) { printf "fault %-28s %d\n", name, fired[name] | "sort"; if (fired[name] == 0) never++ }
    for (name in impossible) print impossible[name] | "sort"
    for (name in endings) printf "ending %-12s %d\n", name, endings[name] | "sort"
    close("sort")
    for (range in traces) print range, traces[range] | "sort -n | sha256sum | cut -c1-16 | sed \"s/^/trace /\""
    close("sort -n | sha256sum | cut -c1-16 | sed \"s/^/trace /\"")
    seconds = now > began ? now - began : 1
    printf "seeds %d..%d in %d s, %.1f runs/s\n", from, to, seconds, (passed + failed) / seconds
    for (trace in again) { same = again[trace]; last = trace }
    if (same == 2) printf "the same seeds in two processes: the same trace, %s\n", last
    else { print "VIOLATION the same seeds in two processes: different traces"; failed++ }
    if (whole < shares) { printf "%d processes died\n", shares - whole; failed += shares - whole }
    if (never > 0 && to - from >= 999) { printf "%d faults never fired\n", never; failed += never }
    printf "%d passed, %d failed\n", passed, failed
    exit failed > 0
  }' "$scratch"/*
