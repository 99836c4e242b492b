# Two at once: the sync that would bring the schema back is stuck itself.
remember
delete_hook
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 2
grow_old
expect_cause schema-version-missing
recover
expect_recovered
expect_bootstrap_rerun
