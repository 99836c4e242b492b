# The databases are gone, but the project forbids syncs now.
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 2
close_window
remember
expect_cause schema-version-missing
recover
expect_code 4
expect_said window
expect_untouched
