# Twenty Stacks are aground before the controller starts: it stops and asks, and touches nothing. All of them mean the same applications,
# so only one can ask; the others say whose recovery they would be in the way of.
# nightly: it takes minutes.
. "$here/cases/lib-controller.bash"
clear_away() {
  k -n argocd delete stacks -l "e2e=$NAMESPACE" >/dev/null
  k -n argocd get recoveries -o name | { grep "/$STACK-" || true; } | xargs -r kubectl --kubeconfig "$KUBE/admin" -n argocd delete >/dev/null
}
clear_away
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 1
remember
stack_named() { sed "s/^  mode: .*/  mode: Auto/; s/^metadata: {name: [^,]*,/metadata: {name: $STACK-$1, labels: {e2e: $NAMESPACE},/" "$STACK_FILE"; }
for number in $(seq 20); do stack_named "$number"; echo ---; done | k apply -f - >/dev/null
controller one
states() { k -n argocd get stacks -l "e2e=$NAMESPACE" -o 'jsonpath={range .items[*]}{.metadata.name} {.status.state} {.status.conditions[?(@.type=="Stalled")].message}{"\n"}{end}'; }
all_stand() { [ "$(states | grep -c ' Waiting')" = 1 ] && [ "$(states | grep -c ' Parked .*the same Applications')" = 19 ]; }
wait_for "one that asks, nineteen that are parked" 90 all_stand || fail "one that asks and nineteen with a reason, got: $(states)"
asking=$(states | sed -n 's/ Waiting.*//p')
phases() { k -n argocd get recoveries -o 'jsonpath={range .items[*]}{.spec.stack} {.status.phase}{"\n"}{end}' | grep "^$STACK-" || true; }
sleep 10
[ "$(phases)" = "$asking AwaitingApproval" ] || fail "one Recovery, which waits for a person, got: $(phases)"
expect_no_effect
k -n argocd get events -o "jsonpath={range .items[?(@.involvedObject.name==\"$asking\")]}{.reason} {.message}{\"\\n\"}{end}" |
  grep '^Parked storm: 20 Stacks' >/dev/null || fail "an Event that says why it asks"
page one /metrics | grep 'refloat_stacks{state="aground"} 20' >/dev/null || fail "twenty aground in the metrics"
clear_away
