# Our reading and our repairs of the schemas that Temporal's own tool makes: every version, and every fortieth point at which it can die.
# All points take over ten minutes: make nightly.
. "$here/cases/lib-programs.bash"
export TEMPORAL_SQL_TOOL=$BIN/temporal-sql-tool TEMPORAL_SQL_TOOL_STRIDE=40
program refloat_temporal_tool_test 0 1
