# Sourced by the cases of the controller: a process with the rights of a ServiceAccount, its Stack in the cluster, its log in
# $CASE_DIR/NAME.log.
# controller NAME [FLAG...]: starts a replica; it is ready when this returns.
controller() {
  local name=$1 port=$((BOUNDARY_PORT + 10 + SLOT * 10 + ${#replicas[@]}))
  shift
  replicas+=("$name")
  HOME=$CASE_DIR KUBECONFIG=${CONFIG:-$KUBE/controller-$SLOT} "$REFLOAT_BIN" controller --listen "127.0.0.1:$port" --lease-namespace argocd --lease-name "$NAMESPACE" \
    --selector "e2e=$NAMESPACE" --watch-namespace argocd --workload-namespace "$NAMESPACE" "$@" >"$CASE_DIR/$name.out" 2>"$CASE_DIR/$name.log" </dev/null &
  echo $! >"$CASE_DIR/$name.pid"
  echo "$port" >"$CASE_DIR/$name.port"
  wait_for "replica $name" 30 ready "$name"
}
replicas=()
pid_of() { cat "$CASE_DIR/$1.pid"; }
page() { curl -sf "127.0.0.1:$(cat "$CASE_DIR/$1.port")$2"; } # NAME PATH
ready() { page "$1" /readyz >/dev/null; }
said() { cat "$CASE_DIR"/*.log | grep -F "\"event\":\"$1\"" | grep -F "${2:-}" >/dev/null; } # EVENT [TEXT]
# It acts, not a dead one's Lease, and it has looked at the stack once.
started_well() {
  wait_for "a leader" 30 said leading
  wait_for "the status Afloat" 30 eval '[ "$(stack_status .state)" = Afloat ]'
}
# Whatever happens, no replica outlives its case, nor does a helper or a Stack: the next case would find it.
helpers=()
end_all() {
  local name
  for name in "${replicas[@]}"; do kill -KILL "$(pid_of "$name")" 2>/dev/null || true; done
  for name in "${helpers[@]}"; do stop "$name" KILL; done
  k -n argocd delete stacks -l "e2e=$NAMESPACE" --wait=false >/dev/null 2>&1 || true
}
trap end_all EXIT

# stack_in_cluster MODE: the stack's own Stack, as a team would apply it, with no history from another case.
stack_in_cluster() {
  k -n argocd delete stack "$STACK" --ignore-not-found >/dev/null
  k -n argocd delete recoveries -l "refloat.dev/stack=$STACK" >/dev/null
  sed "s/^  mode: .*/  mode: $1/; s/^metadata: {/&labels: {e2e: $NAMESPACE}, /" "$STACK_FILE" | k apply -f - >/dev/null
}
stack_status() { k -n argocd get stack "$STACK" -o "jsonpath={.status${1:-}}"; }
# Oldest first.
recoveries() { k -n argocd get recoveries -l "refloat.dev/stack=$STACK" --sort-by .metadata.creationTimestamp -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}'; }
count_recoveries() { recoveries | wc -l; }
newest_recovery() { recoveries | tail -n 1; }
recovery_phase() { k -n argocd get recovery "$(newest_recovery)" -o 'jsonpath={.status.phase}'; }
recovery_is() { [ "$(recovery_phase)" = "$1" ]; }
afloat_again() { recovery_is Recovered && stack_healthy; }
event_reasons() { k -n argocd get events -o "jsonpath={range .items[?(@.involvedObject.name==\"$1\")]}{.reason}{\"\\n\"}{end}"; }

told_of() { # REASON TEXT: an Event at the Stack
  k -n argocd get events -o "jsonpath={range .items[?(@.involvedObject.name==\"$STACK\")]}{.reason} {.message}{\"\\n\"}{end}" | grep -e "^$1 .*$2" >/dev/null
}
ms_between() { echo $((($(date -d "$2" +%s%N) - $(date -d "$1" +%s%N)) / 1000000)); }

# The controller's own trail is no change of anybody's things.
changes_of_others() { changes_by controller | to_others; }
expect_no_effect() {
  [ -z "$(changes_of_others)" ] || fail "no change of anybody's things: $(changes_of_others)"
  [ -z "$(sql_writes_by refloat)" ] || fail "no write by refloat in PostgreSQL's log: $(sql_writes_by refloat)"
}
# expect_no_secret_in_trail: nor in what it has written into the cluster, or tells to whoever asks.
expect_no_secret_in_trail() {
  local name
  k -n argocd get stacks,recoveries,events -o json >"$CASE_DIR/trail.json"
  for name in "${replicas[@]}"; do page "$name" /metrics >"$CASE_DIR/$name.metrics" || true; done # of those that still run
  expect_no_secret
}

take_stack_away() { k -n argocd delete stack "$STACK" --ignore-not-found --wait=false >/dev/null; }
