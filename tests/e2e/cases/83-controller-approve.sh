# The controller in mode Approve: it asks, and waits for a person.
. "$here/cases/lib-controller.bash"
stack_in_cluster Approve
controller one
remember
kill_migration 3
restart_pods
wait_for "a recovery that waits" 60 recovery_is AwaitingApproval
sleep 5
expect_no_effect
# As a person says it: installed as kubectl-refloat it is a command of kubectl.
mkdir "$CASE_DIR/bin"
ln -s "$REFLOAT_BIN" "$CASE_DIR/bin/kubectl-refloat"
HOME=$CASE_DIR KUBECONFIG=$KUBE/human PATH=$CASE_DIR/bin:$PATH kubectl refloat approve "$(newest_recovery)" -n argocd --yes --reason "looks right"
wait_for "the stack afloat again" 120 afloat_again
k -n argocd get recovery "$(newest_recovery)" -o 'jsonpath={.spec.approval}' | grep '"decision":"approve"' >/dev/null || fail "the approval on record"
expect_no_secret_in_trail
take_stack_away
