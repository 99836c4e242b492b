# Killed before the metadata row: a mere rerun cures it, and no row is touched.
remember
kill_migration 2
restart_pods
wait_for "crashing pods" 60 crash_looping 2
expect_cause migration-interrupted
recover
expect_recovered
expect_bootstrap_rerun
! sql_writes_by refloat | grep -i delete >/dev/null || fail "no row removed"
