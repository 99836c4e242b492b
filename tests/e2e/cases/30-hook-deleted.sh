# The hook Job was deleted while its operation ran: it stays Terminating, and the sync waits for ever.
remember
delete_hook
grow_old
expect_only_cause hook-stuck-terminating
recover
expect_recovered
expect_bootstrap_left
expect_no_restart
