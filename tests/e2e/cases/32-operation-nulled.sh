# `operation: null`, as the recipes say: Running for ever, with nothing that runs.
remember
null_operation
expect_only_cause operation-limbo
recover
expect_recovered
expect_bootstrap_left
expect_no_restart
