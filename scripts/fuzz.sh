#!/usr/bin/env bash
# Builds every fuzzer and runs each for the given number of seconds. With FUZZ_RUNS=N instead: N inputs from the seeds alone, the same ones
# every time, so that a change is judged by what it changes and not by luck.
#   scripts/fuzz.sh SECONDS
set -euo pipefail
cmake --preset asan >/dev/null
cmake --build build/asan --parallel "$(nproc)" --target fuzzers
passed=0
for fuzzer in build/asan/tests/fuzz/fuzz_*; do
  [ -x "$fuzzer" ] && [ ! -d "$fuzzer" ] || continue
  name=$(basename "$fuzzer")
  corpus=build/asan/corpus/$name bound="-max_total_time=$1"
  [ -z "${FUZZ_RUNS:-}" ] || { corpus=build/asan/corpus/fixed-$name bound="-seed=1 -runs=$FUZZ_RUNS"; rm -rf "$corpus"; }
  mkdir -p "$corpus"
  seeds=tests/fuzz/seeds/${name#fuzz_}
  [ "$name" != fuzz_playbook_reader ] || seeds=playbooks
  [ -d "$seeds" ] || seeds=
  "$fuzzer" $bound -max_len=65536 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="build/asan/$name-" "$corpus" $seeds >"build/asan/$name.log" 2>&1 ||
    { tail -n 40 "build/asan/$name.log"; echo "fuzzer $name failed"; echo "$passed passed, 1 failed"; exit 1; }
  passed=$((passed + 1))
  echo "fuzzer $name: $(grep -oE 'Done [0-9]+ runs' "build/asan/$name.log" | tail -n 1)"
done
echo "$passed passed, 0 failed"
