# The doomed sync is waiting for its next attempt, which will fail on the same row.
remember
kill_migration 5
restart_pods
back_off
expect_cause migration-partial
recover
expect_recovered
expect_bootstrap_rerun
