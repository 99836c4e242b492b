# One signature on Auto in a Stack in Observe; before that a name that no playbook has, which the Stack is told of.
. "$here/cases/lib-controller.bash"
stack_in_cluster Observe
controller one
started_well
modes() { k -n argocd patch stack "$STACK" --type=merge -p "{\"spec\":{\"modeBySignature\":$1}}" >/dev/null; }
ready_reason() { stack_status '.conditions[?(@.type=="Ready")].reason'; }
modes '{"schema-version-mising":"Auto"}'
wait_for "the status of a spec that cannot be read" 15 eval '[ "$(ready_reason)" = InvalidSpec ]'
stack_status '.conditions[?(@.type=="Ready")].message' | grep "did you mean 'schema-version-missing'" >/dev/null || fail "a hint in the status"
told() { event_reasons "$STACK" | grep -x "$1" >/dev/null; }
wait_for "an Event InvalidSpec" 15 told InvalidSpec
modes '{"schema-version-mising":null,"schema-version-missing":"Auto"}'
wait_for "the status Afloat" 30 eval '[ "$(stack_status .state)" = Afloat ]'
remember
drop_databases
restart_pods
wait_for "the stack afloat again" 180 afloat_again
uid=$(k -n argocd get recovery "$(newest_recovery)" -o 'jsonpath={.metadata.uid}')
said "recovery finished" "\"run\":\"$uid\"" || fail "the uid of the Recovery in the log"
for metric in 'refloat_api_request_seconds_count{verb="patch",resource="applications"}' 'refloat_sql_seconds_count{operation="read"}' \
  'refloat_time_to_recover_seconds_count 1' 'refloat_findings_total{signature="schema-version-missing"}'; do
  page one /metrics | grep -F -- "$metric" >/dev/null || fail "the metric $metric"
done
take_stack_away
