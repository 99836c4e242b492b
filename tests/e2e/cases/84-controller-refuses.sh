# In mode Auto the controller refuses what the command line refuses (51, 52, 54 to 56): one incident after another, each told with the reason
# and nothing done about it; what was in the way of a recovery gone, it recovers by itself.
. "$here/cases/lib-controller.bash"
stalled() { stack_status ".conditions[?(@.type==\"Stalled\")].$1"; }
# parked_for SIGNATURE REASON TEXT: a person must look, at what, and why.
parked_for() {
  [ "$(stack_status .state) $(stalled reason)" = "Parked $2" ] && stack_status .cause | grep -F "$1" >/dev/null && stalled message | grep -F -- "$3" >/dev/null
}
# another_look: at least one more has been taken, which found the same.
another_look() { sleep 7; }
# nothing_done KNOWN: since the mark, and no Recovery beyond those KNOWN.
nothing_done() {
  expect_no_effect
  expect_same_state
  [ "$(count_recoveries)" = "$1" ] || fail "no Recovery, got: $(recoveries)"
}
# refuses SIGNATURE REASON TEXT COMMAND...: the stack is broken by COMMAND.
refuses() {
  local signature=$1 reason=$2 text=$3 known
  shift 3
  known=$(count_recoveries)
  echo "--- $signature by $*"
  mark
  "$@"
  wait_for "$signature refused" 60 parked_for "$signature" "$reason" "$text" || fail "parked for $signature, $reason: $text, got: $(stack_status)"
  remember_state
  another_look
  parked_for "$signature" "$reason" "$text" || fail "parked as before, got: $(stack_status)"
  wait_for "an Event of the finding" 15 told_of FindingDetected "$signature" || fail "an Event FindingDetected"
  nothing_done "$known"
}
afloat() { stack_healthy && [ "$(stack_status .state)" = Afloat ]; }
back_afloat() { wait_for "the stack afloat" 90 afloat || fail "the stack afloat when nothing is in the way, got: $(stack_status)"; }

stack_in_cluster Auto
controller one --recheck 5s --trusted-database-host 127.0.0.1
started_well

refuses schema-version-reset NeedsPerson "no playbook can end" reset_version
sql "$DATABASE" -c "UPDATE schema_version SET curr_version = '1.18'"
restart_pods
back_afloat

refuses credential-mismatch NeedsPerson "no playbook can end" differ_credentials
sql postgres -c "ALTER ROLE \"$ROLE\" PASSWORD '$PASSWORD'"
kn patch secret temporal-db-credentials --type merge -p '{"stringData":{"password":"'"$PASSWORD"'"}}' >/dev/null
restart_pods
back_afloat

# The databases are well: nothing is found, whatever the pods are doing.
mark
crash_otherwise
wait_for "crashing pods" 60 crash_looping 2
remember_state
another_look
[ -z "$(stack_status .cause)" ] || fail "no cause, got: $(stack_status)"
nothing_done 0
crash_no_more
back_afloat

refuses hook-stuck-terminating Refused "foreign-finalizer: Job $MIGRATION_JOB is held by finalizer example.com/keep" keep_hook
wait_for "an Event of the reason" 15 told_of Parked foreign-finalizer || fail "an Event Parked"
kn patch job "$MIGRATION_JOB" --type merge -p '{"metadata":{"finalizers":["argocd.argoproj.io/hook-finalizer"]}}' >/dev/null
back_afloat
recovery_is Recovered || fail "a recovery once the finalizer was gone, got: $(recovery_phase)"

recreated() { drop_databases && restart_pods; }
close_window
refuses schema-version-missing Refused "sync-window: sync window of project $PROJECT" recreated
wait_for "an Event of the reason" 15 told_of Parked sync-window || fail "an Event Parked"
expect_no_secret_in_trail
take_stack_away
