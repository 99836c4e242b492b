# A sync failed for a passing reason and will try again: it needs time, not help.
lock_role
back_off 40
unlock_role
remember
diagnose
expect_code_in 0 2
expect_no_writes refloat-diagnose
recover
expect_code_in 0 2
expect_untouched
wait_for "Argo CD's own next attempts" 150 phase_is Succeeded
