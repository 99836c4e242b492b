# The same before any pod has noticed: only the databases show it.
remember
drop_databases
expect_cause schema-version-missing
recover
expect_recovered
expect_bootstrap_rerun
