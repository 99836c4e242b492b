# The version row is another database's: repaired only after someone allowed to change it.
restore_under_other_name
wait_for "crashing pods" 60 crash_looping 2
remember
expect_cause schema-restored-under-other-name
recover
expect_code 4
expect_untouched
allow updateVersionRow
recover
expect_recovered
expect_bootstrap_left
