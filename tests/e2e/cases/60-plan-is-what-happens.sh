# What `plan` printed is what `recover --plan` sends: the same calls, in the same order; a preflight changes nothing at all.
kill_migration 3
restart_pods
wait_for "crashing pods" 60 crash_looping 2
remember
plan --preflight -o json
expect_code 2
expect_only_rehearsed
remember
plan -o json --out "$CASE_DIR/saved"
expect_code 2
expect_untouched
tool writes <"$OUT" | grep -v '^sql$' | sort -u >"$CASE_DIR/planned"
recover --plan "$CASE_DIR/saved"
expect_recovered
# Its own lease and journal are no part of the plan; a query says how, not what.
changes_by refloat | grep -v -e /leases -e /recoveries -e /events | sed 's/?[^ ]*//' | awk '{ print toupper($1), $2 }' | sort -u >"$CASE_DIR/done"
sed -i 's/^REMOVE /DELETE /' "$CASE_DIR/planned"
diff "$CASE_DIR/planned" "$CASE_DIR/done" || fail "the planned calls and no others"
