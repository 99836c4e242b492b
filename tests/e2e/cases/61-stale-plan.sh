# A plan that was made for another state is refused, whatever its text says: the tables tell the version by now.
kill_migration 3
restart_pods
wait_for "crashing pods" 60 crash_looping 2
plan -o json --out "$CASE_DIR/saved"
kill_migration 30
remember
recover --plan "$CASE_DIR/saved"
expect_code 4
expect_untouched
