# Two at once: a migration that died after the row, and an operation in limbo over it.
remember
null_operation
kill_migration 4
restart_pods
wait_for "crashing pods" 60 crash_looping 2
expect_cause migration-partial
recover
expect_recovered
expect_bootstrap_rerun
