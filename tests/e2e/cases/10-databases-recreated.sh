# Databases dropped and recreated under a live stack: its pods crash, while Argo CD sees nothing that differs from Git.
remember
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 2
expect_only_cause schema-version-missing
recover
expect_recovered
expect_bootstrap_rerun
