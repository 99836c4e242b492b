# What `plan` printed is what `recover --plan` sends: the same calls and statements, in the same order; a preflight changes nothing at all.
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
tool writes <"$OUT" >"$CASE_DIR/planned"
[ "$(grep -c '^SQL DELETE' "$CASE_DIR/planned")" = 1 ] || fail "one repair in the plan"
recover --plan "$CASE_DIR/saved"
expect_recovered
expect_bootstrap_rerun

# What was done, by the logs of both servers. What was refused, as for a version of a moment ago, was not done. A query says how, not what.
# A repair asks in its transaction who answers it, as every session does; that is no part of the plan, nor are its lease and journal.
calls() { changes_by refloat -times | grep -E '^[^ ]+ [^ ]+ [^ ]+ 2[0-9][0-9] ' | to_others | sed 's/?[^ ]*//' | awk '{ print $1, toupper($2), $3 }'; }
statements() { sql_writes_by refloat -times -sessions 'DELETE FROM' | grep -v pg_is_in_recovery | sed -E 's/^([^ ]+) [^ ]+ xid [0-9]+: /\1 SQL /'; }
{ calls && statements; } | LC_ALL=C sort -s -k 1,1 | sed 's/^[^ ]* //' >"$CASE_DIR/done"
# Only what the plan makes depend on what is found may be left out.
awk 'NR == FNR { done[++n] = $0; next }
  { sure = !sub(/^if /, ""); if (sure || $0 == done[at + 1]) { print; at++ } }' "$CASE_DIR/done" "$CASE_DIR/planned" >"$CASE_DIR/expected"
diff "$CASE_DIR/expected" "$CASE_DIR/done" || fail "all that was planned, nothing else, in that order"
