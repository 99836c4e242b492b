#!/bin/sh
# The soak over seeds FROM to TO, on every core: soak.sh FROM TO [PROGRAM]. The last line is "N passed, N failed".
set -eu
from=$1
to=$2
program=${3:-build/release/tests/refloat_soak}
jobs=${JOBS:-$(nproc)}
# Seeds per process. A process makes its stages once and keeps them, so many are cheaper; the trace that is printed depends on it, so it
# must follow from the range alone.
share=500
[ $((to - from)) -lt 5000 ] || share=2500
# A fifth of the time: what is simulated is small objects without end. Without it everything is the same, but slower.
allocator=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p | awk '/libjemalloc\.so\.2/ { print $NF; exit }')
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

began=$(date +%s)
first=$from
while [ "$first" -le "$to" ]; do
  last=$((first + share - 1))
  [ "$last" -le "$to" ] || last=$to
  echo "$first..$last"
  first=$((last + 1))
done | xargs -P "$jobs" -I{} env LD_PRELOAD="$allocator" sh -c '"$1" --seeds "$2" >"$3/$2" 2>&1 || true' sh "$program" {} "$scratch"

grep -h -A 2 '^VIOLATION' "$scratch"/* || true
# A share that ended without its last line has died.
cat "$scratch"/* | awk -v shares="$(find "$scratch" -type f | wc -l)" -v began="$began" -v now="$(date +%s)" -v from="$from" -v to="$to" '
  /^fault / && /does not apply/ { impossible[$2] = $0; next }
  /^fault /  { fired[$2] += $3; next }
  /^ending / { endings[$2] += $3; next }
  /^seeds /  { traces[$2] = $4; next }
  /^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; whole++ }
  END {
    for (name in fired) { printf "fault %-28s %d\n", name, fired[name] | "sort"; if (fired[name] == 0) never++ }
    for (name in impossible) print impossible[name] | "sort"
    for (name in endings) printf "ending %-12s %d\n", name, endings[name] | "sort"
    close("sort")
    for (range in traces) print range, traces[range] | "sort -n | sha256sum | cut -c1-16 | sed \"s/^/trace /\""
    close("sort -n | sha256sum | cut -c1-16 | sed \"s/^/trace /\"")
    seconds = now > began ? now - began : 1
    printf "seeds %d..%d in %d s, %.1f seeds/s\n", from, to, seconds, (passed + failed) / seconds
    if (whole < shares) { printf "%d processes died\n", shares - whole; failed += shares - whole }
    if (never > 0 && to - from >= 999) { printf "%d faults never fired\n", never; failed += never }
    printf "%d passed, %d failed\n", passed, failed
    exit failed > 0
  }'
