# The controller in mode Observe: it tells what it would have done, and does nothing.
. "$here/cases/lib-controller.bash"
stack_in_cluster Observe
controller one
mark
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 2
remember_state
wait_for "the status Aground" 30 eval '[ "$(stack_status .state)" = Aground ]'
sleep 15
expect_no_effect
expect_same_state
expect_no_secret_in_trail
[ -z "$(newest_recovery)" ] || fail "no Recovery"
# What it would have done is what a person would get planned now.
would() { stack_status ".shadow[-1:]$1"; }
[ "$(would .cause)" = schema-version-missing ] || fail "the cause in the shadow record, got: $(stack_status .shadow)"
[ "$(would .would)" = Run ] || fail "that it would have run, got: $(stack_status .shadow)"
[ -n "$(would .firstSeen)" ] && [ -z "$(would .endedAt)" ] || fail "since when, and no end, got: $(stack_status .shadow)"
k -n argocd get stack "$STACK" -o 'jsonpath={range .status.shadow[-1:].steps[*]}{@}{"\n"}{end}' >"$CASE_DIR/would"
plan -o json
expect_code 2
tool steps <"$OUT" | tee "$CASE_DIR/planned" | diff - "$CASE_DIR/would" || fail "the steps of the plan in the shadow record"
[ "$(wc -l <"$CASE_DIR/planned")" -ge 4 ] || fail "a plan of several steps"
take_stack_away
