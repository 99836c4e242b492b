# Somebody else's finalizer holds the hook Job: it is not ours to remove.
keep_hook
grow_old
remember
expect_cause hook-stuck-terminating
recover
expect_code 4
expect_said example.com/keep
expect_untouched
