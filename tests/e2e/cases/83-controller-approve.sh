# The controller in mode Approve: it asks, and waits for a person.
. "$here/cases/lib-controller.bash"
stack_in_cluster Approve
controller one
remember
kill_migration 3
restart_pods
wait_for "a recovery that waits" 60 recovery_is AwaitingApproval
sleep 5
[ -z "$(changes_of_others)" ] || fail "no change before the approval: $(changes_of_others)"
HOME=$CASE_DIR KUBECONFIG=$KUBE/human "$REFLOAT_BIN" approve "$(newest_recovery)" -n argocd --yes --reason "looks right"
wait_for "the stack afloat again" 120 afloat_again
k -n argocd get recovery "$(newest_recovery)" -o 'jsonpath={.spec.approval}' | grep '"decision":"approve"' >/dev/null || fail "the approval on record"
take_stack_away
