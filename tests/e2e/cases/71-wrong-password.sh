# Both Secrets agree, and the database accepts neither.
sql postgres -c "ALTER ROLE \"$ROLE\" PASSWORD 'something-else'"
restart_pods
wait_for "crashing pods" 60 crash_looping 2
remember
expect_cause database-unreachable
recover
expect_code_in 2 4
expect_untouched
