# What keeps breaking is parked when its recoveries are used up, and stays so across a restart of the controller, until a person asks.
# nightly: it takes minutes.
. "$here/cases/lib-incidents.bash"
stack_in_cluster Auto
k -n argocd patch stack "$STACK" --type merge -p '{"spec":{"limits":{"recoveriesMax":2}}}' >/dev/null
watch_moments
controller one --recheck 5s
started_well
event="^application $MIGRATIONS_APP .*limbo"
incident operation-limbo "$event" 3 limbo
incident operation-limbo "$event" 3 limbo
mark
limbo
parked() { stack_status '.conditions' | grep 'what breaks it keeps coming back' >/dev/null; }
wait_for "a Stack that says why it is parked" 60 parked || fail "the reason in the Stack's status, got: $(stack_status)"
wait_for "an Event Parked" 15 told_of Parked "2 recoveries within" || fail "an Event Parked"
kill -TERM "$(pid_of one)"
wait "$(pid_of one)" || fail "exit code 0 after SIGTERM"
controller two --recheck 5s
wait_for "the second to lead" 30 grep -F '"event":"leading"' "$CASE_DIR/two.log"
wait_for "a look of the second" 30 grep -F '"event":"finding"' "$CASE_DIR/two.log"
sleep 12
[ -z "$(changes_of_others)" ] || fail "no change while it is parked: $(changes_of_others)"
[ "$(count_recoveries)" = 2 ] || fail "no third Recovery after the restart: $(recoveries)"
# Argo CD touches the Application every ten seconds here, and its state must have lasted for three to be believed.
wait_for "the reason after the restart" 15 parked || fail "parked after the restart, got: $(stack_status)"
HOME=$CASE_DIR KUBECONFIG=$KUBE/human "$REFLOAT_BIN" retry "$(newest_recovery)" -n argocd --reason "that script is gone"
third() { [ "$(count_recoveries)" = 3 ] && afloat_again; }
wait_for "the stack afloat again" 120 third || fail "a third recovery, asked for by a person"
take_stack_away
