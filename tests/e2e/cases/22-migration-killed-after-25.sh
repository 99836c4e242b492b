# The first migration was killed inside version 1.0 when cluster_membership, the last table that tells the version, was there.
remember
kill_migration 25
restart_pods
wait_for "crashing pods" 60 crash_looping 2
expect_only_cause migration-partial
recover
expect_recovered
expect_bootstrap_rerun
