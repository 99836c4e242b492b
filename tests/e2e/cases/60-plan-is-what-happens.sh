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
tool writes <"$OUT" | sed 's/REMOVE /DELETE /' | grep -v 'sql$' | sort -u >"$CASE_DIR/planned"
[ "$(tool writes <"$OUT" | grep -c '^sql$')" = 1 ] || fail "one repair in the plan"
recover --plan "$CASE_DIR/saved"
expect_recovered
expect_bootstrap_rerun
[ "$(sql_writes_by refloat -all | grep -ci 'delete from')" = 1 ] || fail "the one repair of the plan"
# Its own lease and journal are no part of the plan; a query says how, not what.
changes_by refloat | grep -v -e /leases -e /recoveries -e /events | sed 's/?[^ ]*//' | awk '{ print toupper($1), $2 }' | sort -u >"$CASE_DIR/done"
# All that was planned without a condition, and nothing that was not planned.
grep -v '^if ' "$CASE_DIR/planned" | comm -23 - "$CASE_DIR/done" >"$CASE_DIR/missing"
[ ! -s "$CASE_DIR/missing" ] || fail "what was planned: $(cat "$CASE_DIR/missing")"
sed 's/^if //' "$CASE_DIR/planned" | sort -u | comm -13 - "$CASE_DIR/done" >"$CASE_DIR/unplanned"
[ ! -s "$CASE_DIR/unplanned" ] || fail "nothing that was not planned: $(cat "$CASE_DIR/unplanned")"
