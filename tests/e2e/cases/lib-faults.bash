# Sourced by the cases that take a part of the cluster away while a recovery runs: right after its first effect.
. "$here/cases/lib-controller.bash"
. "$LAB/parts.sh"

apiserver_restarts() {
  stop apiserver KILL
  run_apiserver
}
# For 30 s nothing can be read or written.
etcd_pauses() {
  local pid start
  read -r pid start <"$RUN/pid/etcd"
  kill -STOP "$pid"
  sleep 30
  kill -CONT "$pid"
}
postgres_restarts() {
  stop postgres QUIT # as after a crash: no client is waited for
  run_postgres
}
argo_cd_restarts() {
  stop application-controller KILL
  (argo_cd_environment && run_application_controller)
}

first_effect() { [ "$(sql_writes_by refloat -all | grep -ci 'delete from')" -ge 1 ] || changes_of_others | grep ' 200 ' >/dev/null; }
newer_than() { [ "$(count_recoveries)" -gt "$1" ]; }
# over KNOWN: afloat by a Recovery that says so, or given up by one that says why, with nothing left that runs.
over() {
  newer_than "$1" || return 1
  case $(recovery_phase) in
  Recovered) stack_healthy ;;
  Failed | Refused) stack_status .conditions | grep Parked >/dev/null ;;
  *) return 1 ;;
  esac
}

# fault NAME: a migration that died, and NAME while it is repaired.
fault() {
  local known began name phase
  known=$(count_recoveries)
  echo "--- $1"
  mark
  kill_migration 3
  restart_pods
  wait_for "the first effect" 60 first_effect || fail "a first effect"
  began=$EPOCHSECONDS
  "$1"
  wait_for "an end" 200 over "$known" || fail "an end of the recovery after $1, got: $(recovery_phase)"
  name=$(newest_recovery) phase=$(recovery_phase)
  printf 'measured: %-20s %s %d s after the fault began, %d Recoveries\n' "$1" "$phase" $((EPOCHSECONDS - began)) $(($(count_recoveries) - known))
  [ -n "$(k -n argocd get recovery "$name" -o 'jsonpath={.status.conditions[?(@.type=="Recovered")].message}')" ] || fail "the reason in the Recovery's condition"
  wait_for "an Event of its end" 15 ended_in_events "$name" || fail "an Event of the end of $name"
  [ "$(sql_writes_by refloat -all | grep -ci 'delete from')" = 1 ] || fail "one DELETE, got: $(sql_writes_by refloat)"
  [ "$(changes_of_others | grep -c '^delete .*/jobs/[^ ]* 200 ')" -le 1 ] || fail "one Job deleted once: $(changes_of_others | grep '^delete ')"
  [ -z "$(changes_by controller -unfenced | to_others)" ] || fail "a version in every change: $(changes_by controller -unfenced | to_others)"
  for deployment in "${DEPLOYMENTS[@]}"; do
    [ "$(changes_of_others | grep -c "/deployments/$deployment[? ].*200")" -le 1 ] || fail "one restart of $deployment: $(changes_of_others | grep deployments)"
  done
}
ended_in_events() {
  k -n argocd get events -o "jsonpath={range .items[?(@.involvedObject.name==\"$STACK\")]}{.reason} {.message}{\"\\n\"}{end}" |
    grep -E "^(Recovered|RecoveryFailed|Refused) $1" >/dev/null
}
