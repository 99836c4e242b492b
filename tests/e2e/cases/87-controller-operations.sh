# One incident of hooks and operations after another, and two at once, under a controller in mode Auto; and one that asks a person.
# nightly: it takes minutes.
. "$here/cases/lib-incidents.bash"
approve() { HOME=$CASE_DIR KUBECONFIG=$KUBE/human "$REFLOAT_BIN" approve "$1" -n argocd --yes --reason "the row was deleted by mistake"; }
allow insertRows
stack_in_cluster Auto
watch_moments
controller one
started_well
remember
# The second number: what the Stack's limits say that such a state must have lasted.
incident operation-limbo "^application $MIGRATIONS_APP .*limbo" 3 limbo
incident hook-stuck-terminating "^job $MIGRATION_JOB deleting" 10 hook_deleted
incident hook-vanished "^job $MIGRATION_JOB gone" 3 hook_vanished
expect_bootstrap_left
PERSON=approve incident namespace-metadata-missing "$(suspect_of_databases)" 0 row_deleted
incident schema-version-missing "$(suspect_of_databases)" 10 recreated_and_hook_deleted
take_stack_away
