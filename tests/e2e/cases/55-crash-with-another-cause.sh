# The pods crash because of a missing setting; the databases are well, and no migration would help.
crash_otherwise
wait_for "crashing pods" 60 crash_looping 2
remember
diagnose
! tool findings <"$OUT" | grep -E ' (schema|migration|namespace-metadata|bootstrap)' || fail "no finding about databases"
expect_no_writes refloat-diagnose
recover
expect_code_in 0 2 4
expect_untouched
