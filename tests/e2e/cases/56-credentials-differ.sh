# The operator changed the role's password, the service was not told: proven, explained, and nothing rotated. The role's Secret names no
# host, so its password is tried only where a person vouches for the host.
differ_credentials
wait_for "crashing pods" 60 crash_looping 2
remember
diagnose
expect_code 2
expect_said "not sent"
expect_said --trusted-database-host
diagnose_text --trusted-database-host 127.0.0.1
expect_said temporal-db-env
expect_only_cause credential-mismatch --trusted-database-host 127.0.0.1
expect_said temporal-db-credentials
tool findings <"$OUT" -fixes | grep '^fix credential-mismatch .*Git' >/dev/null || fail "a durable fix in Git"
recover --trusted-database-host 127.0.0.1
expect_code 4
expect_untouched
