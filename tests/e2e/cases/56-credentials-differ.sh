# The operator changed the role's password, the service was not told: proven, explained, and nothing rotated.
differ_credentials
wait_for "crashing pods" 60 crash_looping 2
remember
expect_cause credential-mismatch
expect_said temporal-db-credentials
expect_said durableFix
expect_no_secret
diagnose_text
expect_said temporal-db-env
expect_no_secret
recover
expect_code_in 2 4
expect_untouched
