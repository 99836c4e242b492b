# Killed around the repair of a database, by SIGKILL: before its COMMIT is sent, so nothing has happened; then between the COMMIT and its
# answer, so the next run can not know, and looks (see lab/tool/commit.go).
port=$((BOUNDARY_PORT + 4 + SLOT))
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
orphaned_rows() { sql "$DATABASE" -c "SELECT count(*) FROM namespace_metadata"; }
# recover_through MOMENT: a recovery that does not survive this moment of its COMMIT.
recover_through() {
  wait_for "the end of the one before" 10 not running "commit-$SLOT"
  start "commit-$SLOT" tool commit -listen "127.0.0.1:$port" -upstream "127.0.0.1:$POSTGRES_PORT" -pid "$CASE_DIR/pid" -when "$1"
  wait_for "the way to the database" 10 listening
  recover --database-address "default=127.0.0.1:$port"
}
remember
kill_migration 3
restart_pods
wait_for "crashing pods" 60 crash_looping 2
recover_through before
expect_code 137
[ "$(orphaned_rows)" = 1 ] || fail "the row as it was"
recover_through unanswered
expect_code 137
[ "$(orphaned_rows)" = 0 ] || fail "the row gone"
recover_through never
stop "commit-$SLOT" KILL
expect_recovered
expect_bootstrap_rerun
# By PostgreSQL's own account.
[ "$(sql_writes_by refloat -all | grep -ci ': delete from')" = 2 ] || fail "two tries, got: $(sql_writes_by refloat)"
[ "$(sql_writes_by refloat | grep -c 'xid [1-9][0-9]*: COMMIT$')" = 1 ] || fail "one that was committed, got: $(sql_writes_by refloat)"
