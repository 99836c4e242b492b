# Version 0.0 over a schema at 1.18 that is in use: running the migrations again would destroy data.
reset_version
wait_for "crashing pods" 60 crash_looping 2
remember
expect_cause schema-version-reset
recover
expect_code 4
expect_untouched
