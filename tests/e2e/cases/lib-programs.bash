# Sourced by the cases that run a test program of the build against the lab. program NAME SHARD SHARDS: all of its shard must pass.
program() {
  local path
  path=$(dirname "$REFLOAT_BIN")/tests/$1
  [ -x "$path" ] || fail "$path: run make e2e, which builds it"
  GTEST_SHARD_INDEX=$2 GTEST_TOTAL_SHARDS=$3 "$path" --gtest_brief=1 || fail "$1 passes on the real parts"
}
