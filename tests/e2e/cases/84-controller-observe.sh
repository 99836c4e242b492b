# The controller in mode Observe: it tells what it would have done, and does nothing.
. "$here/cases/lib-controller.bash"
stack_in_cluster Observe
controller one
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 2
remember
wait_for "the status Aground" 30 eval '[ "$(stack_status .state)" = Aground ]'
sleep 15
[ -z "$(changes_of_others)" ] || fail "no change of anybody's things: $(changes_of_others)"
[ -z "$(sql_writes_by refloat)" ] || fail "no write by refloat in PostgreSQL's log: $(sql_writes_by refloat)"
OUT=$CASE_DIR/one.out ERR=$CASE_DIR/one.log
expect_same_state
[ -z "$(newest_recovery)" ] || fail "no Recovery"
stack_status .shadow | grep migrate >/dev/null || fail "a shadow record of the plan, got: $(stack_status .shadow)"
take_stack_away
