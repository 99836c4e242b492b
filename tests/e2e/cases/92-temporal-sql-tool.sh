# Our reading and our repairs of the schemas that Temporal's own tool makes: every version, every point of the first one at which its row
# stays behind, and every fortieth of all points at which it can die; all of them, which takes over ten minutes, with NIGHTLY=1.
# at most 2400 s
. "$here/cases/lib-programs.bash"
export TEMPORAL_SQL_TOOL=$BIN/temporal-sql-tool TEMPORAL_SQL_TOOL_STRIDE=40
[ -z "${NIGHTLY:-}" ] || TEMPORAL_SQL_TOOL_STRIDE=1
program refloat_temporal_tool_test 0 1
