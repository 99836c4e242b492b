# A stack that Argo CD deploys to a destination cluster: here the same API server under another name and with credentials of Argo CD's own.
# The controller's ServiceAccount has no right outside Argo CD's namespace, so whatever it sees or does there goes by that cluster's Secret.
. "$here/cases/lib-controller.bash"
CLUSTER=elsewhere-$SLOT CONFIG=$KUBE/controller-argocd-$SLOT

k apply -f - >/dev/null <<Y
apiVersion: v1
kind: Secret
metadata: {name: $CLUSTER, namespace: argocd, labels: {argocd.argoproj.io/secret-type: cluster}}
stringData:
  name: $CLUSTER
  server: https://localhost:$API_PORT
  config: '{"bearerToken": "$(grep ",$CLUSTER," "$PKI/tokens.csv" | cut -d, -f1)", "tlsClientConfig": {"caData": "$(base64 -w0 "$PKI/ca.crt")"}}'
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: refloat-reads, namespace: argocd}
rules:
- {apiGroups: [argoproj.io], resources: [applications, applicationsets, appprojects], verbs: [get, list, watch]}
- {apiGroups: [refloat.dev], resources: [stacks, playbooks, recoveries], verbs: [get, list, watch]}
- {apiGroups: [""], resources: [secrets], resourceNames: [$CLUSTER], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: e2e-argocd-reads, namespace: argocd}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: refloat-reads}
subjects: [{kind: ServiceAccount, name: controller-argocd-$SLOT, namespace: $CONTROLLERS}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: e2e-argocd-operates, namespace: argocd}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: refloat-operate}
subjects: [{kind: ServiceAccount, name: controller-argocd-$SLOT, namespace: $CONTROLLERS}]
Y

# deploy_to SERVER: where the ApplicationSet puts what it makes.
deploy_to() {
  k -n argocd patch applicationset "$STACK" --type merge -p '{"spec":{"template":{"spec":{"destination":{"server":"'"$1"'"}}}}}' >/dev/null
  wait_for "Applications that deploy to $1" 30 eval '[ "$(deployed_to)" = "'"$1 $1 $1"'" ]'
  wait_for "the stack in its cluster" 60 stack_healthy
}
deployed_to() { k -n argocd get applications "${APPS[@]}" -o 'jsonpath={.items[*].spec.destination.server}'; }
deploy_to "https://localhost:$API_PORT"

sed -i "s/workloads: {/&cluster: $CLUSTER, /" "$STACK_FILE"
# What is not named is not looked into, and said; what is named wrongly is one clear message.
refloat_as controller-argocd diagnose -f "$STACK_FILE"
expect_code 3
expect_said "--destination-cluster"
refloat_as controller-argocd diagnose -f "$STACK_FILE" --destination-cluster nowhere
expect_code 1
expect_said "resourceNames [nowhere]"
refloat_as controller-argocd diagnose -f "$STACK_FILE" --destination-cluster "$CLUSTER"
expect_code 3
expect_said "host 127.0.0.1 is what cluster $CLUSTER calls it"
addresses=()
for name in default visibility; do addresses+=(--database-address "argocd/$STACK/$name=127.0.0.1:$POSTGRES_PORT"); done
refloat_as controller-argocd diagnose -f "$STACK_FILE" --destination-cluster "$CLUSTER" "${addresses[@]}"
expect_code 0

stack_in_cluster Auto
controller one "${addresses[@]}" --destination-cluster "$CLUSTER" --workload-namespace "$CLUSTER/$NAMESPACE"
remember
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 1
wait_for "a finding" 10 said finding schema-version-missing
wait_for "the stack afloat again" 120 afloat_again
expect_bootstrap_rerun
in_cluster() { changes_by elsewhere -agent refloat/ "$@"; }
for name in "${DEPLOYMENTS[@]}"; do
  [ "$(in_cluster | grep -c "^patch .*/deployments/$name[^ ]* 200 ")" = 1 ] || fail "one restart of $name by the cluster's own user: $(in_cluster)"
done
! changes_by controller-argocd | cut -d ' ' -f 1-3 | grep -F "/namespaces/$NAMESPACE/" || fail "no change in our own cluster's namespace of that name"
! changes_by controller-argocd -reads | cut -d ' ' -f 1-3 | grep -F "/namespaces/$NAMESPACE/" | grep ' 200$' || fail "no look into our own cluster's namespace of that name"
expect_no_secret_in_trail
kill -TERM "$(pid_of one)"
wait "$(pid_of one)" || fail "exit code 0 after SIGTERM"
take_stack_away
deploy_to https://kubernetes.default.svc
k -n argocd delete secret "$CLUSTER" >/dev/null
