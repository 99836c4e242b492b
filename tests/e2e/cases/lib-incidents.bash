# Sourced by the cases that make one incident after another under a controller in mode Auto. A second pair of raw watches writes down
# when which event came, so that the time to a finding is counted from the very event that a signature's `suspect` waits for.
. "$here/cases/lib-controller.bash"
FINDING_MS=5000

moment() { date -u +%Y-%m-%dT%H:%M:%S.%6NZ; }
later() { date -u -d "$1 + $2 seconds" +%Y-%m-%dT%H:%M:%S.%6NZ; }
broken() { broken_at=$(moment); } # from here on it is broken; called by each incident

watch_moments() {
  helpers+=("moments-$SLOT")
  start "moments-$SLOT" tool moments -upstream "https://127.0.0.1:$API_PORT" -pki "$PKI" -token "$(grep ',admin,' "$PKI/tokens.csv" | cut -d, -f1)" \
    -namespace "$NAMESPACE" -selector app.kubernetes.io/name=temporal
  wait_for "the other watches" 10 grep -q " pod " "$RUN/log/moments-$SLOT.log"
}
# happened_at WHAT TIME: when the first event since TIME came that matches.
happened_at() { awk -v since="$2" -v what="$1" '$1 > since { text = $0; sub(/^[^ ]* /, "", text); if (text ~ what) { print $1; exit } }' "$RUN/log/moments-$SLOT.log"; }
# found_at SIGNATURE TIME: when the controller first said so since TIME.
found_at() {
  cat "$CASE_DIR"/*.log | grep -F '"event":"finding"' | grep -F "\"of\":\"stack/argocd/$STACK\"" | grep -F "\"signature\":\"$1\"" | sed 's/.*"time":"\([^"]*\)".*/\1/' | sort |
    awk -v since="$2" '$1 > since { print; exit }'
}
found() { [ -n "$(found_at "$1" "$2")" ]; }
# What a signature about a database suspects; what is not broken looks the same after it was restarted.
suspect_of_databases() {
  echo "^(pod .* (notReady|crashing)|job $MIGRATION_JOB failed|application ($MIGRATIONS_APP (Failed|Error)|$RUNTIME_APP .*(Degraded|Missing)|$BOOTSTRAP_APP .*Degraded))"
}

# incident SIGNATURE EVENT DECLARED COMMAND...: breaks the stack by COMMAND and expects that it is found within 5 s of the first
# EVENT since then (empty: since it was broken), plus the DECLARED seconds that this state must have lasted, and recovered, once.
incident() {
  local signature=$1 event=$2 declared=$3 known suspected finding name
  shift 3
  known=$(count_recoveries) began=$(moment)
  echo "--- $signature by $*"
  mark
  "$@"
  wait_for "$signature among the findings" $((declared + 60)) found "$signature" "$broken_at" || fail "the finding $signature"
  finding=$(found_at "$signature" "$broken_at")
  suspected=$broken_at
  [ -z "$event" ] || suspected=$(happened_at "$event" "$broken_at")
  [ -n "$suspected" ] || fail "an event like $event"
  wait_for "a Recovery of its own" 60 eval "[ \"\$(count_recoveries)\" -gt $known ]" || fail "a Recovery"
  name=$(newest_recovery)
  ${PERSON:-true} "$name"
  wait_for "the stack afloat again" 150 afloat_again || fail "the stack afloat again: $(recovery_phase) $(k -n argocd get recovery "$name" -o 'jsonpath={.status.message}')"
  recovered=$(moment)
  printf 'measured: %-32s finding %6d ms after the break, %6d ms after the event (of which %d s declared), afloat %6d ms after the break\n' \
    "$signature" "$(ms_between "$broken_at" "$finding")" "$(ms_between "$suspected" "$finding")" "$declared" "$(ms_between "$broken_at" "$recovered")"
  [ "$(ms_between "$suspected" "$finding")" -le $((FINDING_MS + declared * 1000)) ] || fail "$signature within $FINDING_MS ms"
  wait_for "an Event of the finding" 15 told_of FindingDetected "$signature" || fail "an Event FindingDetected"
  wait_for "an Event of its end" 15 told_of Recovered "$name" || fail "an Event Recovered"
  told_of RecoveryStarted "$name" || fail "an Event RecoveryStarted"
  expect_fenced controller
  [ "$(count_recoveries)" = $((known + 1)) ] || fail "one Recovery for one incident, got: $(recoveries)"
}

# --- incidents that a running controller does not disturb in the making ------------------------------------------------------------
recreated() { drop_databases && broken && restart_pods; }
recreated_quietly() { drop_databases && broken; }
killed_after() { kill_migration "$1" && broken && restart_pods; }
killed_in_back_off() { kill_migration 5 && broken && back_off; }
row_deleted() { sql "$DATABASE" -c "DELETE FROM namespace_metadata" && broken && restart_pods; }
limbo() { broken && leave_in_limbo; }
hook_deleted() { broken && delete_hook; }
# Nothing that it waits for takes longer than a deletion may take before it is called stuck.
hook_vanished() {
  start_held_sync
  broken
  kn delete job "$MIGRATION_JOB" --cascade=background --wait=false >/dev/null
  kn patch job "$MIGRATION_JOB" --type merge -p '{"metadata":{"finalizers":null}}' >/dev/null
  wait_for "the hook to vanish" 20 not kn get job "$MIGRATION_JOB"
  wait_for "the hook's pod to end" 30 hook_without_pods
  release_migrations
}
recreated_and_hook_deleted() {
  start_held_sync
  kn delete job "$MIGRATION_JOB" --cascade=foreground --wait=false >/dev/null
  drop_databases
  broken
  restart_pods
  release_migrations
}
