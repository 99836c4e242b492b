# Deleted together with Argo CD's finalizer: the operation waits for a Job that is not there.
remember
vanish_hook
grow_old
expect_only_cause hook-vanished
recover
expect_recovered
expect_bootstrap_left
expect_no_restart
