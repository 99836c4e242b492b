# The recipe of the partial migration, applied to a healthy schema: repaired only after someone allowed to insert rows.
delete_metadata_row
wait_for "crashing pods" 60 crash_looping 1
remember
expect_cause namespace-metadata-missing
recover
expect_code 4
expect_untouched
allow insertRows
recover
expect_recovered
expect_bootstrap_left
