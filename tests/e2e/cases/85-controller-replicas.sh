# Two replicas at all times, and whichever acts is killed by SIGKILL at its next effect: five times in one recovery, before an effect is
# sent, between it and its answer, and after the answer, at different effects. The one that is left goes on, and nothing happens twice.
. "$here/cases/lib-controller.bash"
effects() { changes_by controller | grep -E '/(applications|deployments|jobs)/'; }
happened() { effects | grep -c "$1[^ ]* 200 " || true; }

# mortal NAME WHEN: a replica that does not survive its first effect (see lab/tool/boundary.go).
mortal() {
  local port=$((BOUNDARY_PORT + 40 + SLOT * 10 + ${#replicas[@]}))
  helpers+=("boundary-$SLOT-$1")
  sed "s/127.0.0.1:$API_PORT/127.0.0.1:$port/" "$KUBE/controller-$SLOT" >"$CASE_DIR/$1.kubeconfig"
  start "boundary-$SLOT-$1" tool boundary -listen "127.0.0.1:$port" -upstream "https://127.0.0.1:$API_PORT" -pki "$PKI" -pid "$CASE_DIR/$1.pid" -when "$2"
  wait_for "the boundary" 10 curl -sko "$CASE_DIR/$1.answer" "https://127.0.0.1:$port/version"
  CONFIG=$CASE_DIR/$1.kubeconfig controller "$1"
}
dead() { [ -z "$(started_at "$(pid_of "$1")")" ]; }
leads() { grep -F '"event":"leading"' "$CASE_DIR/$1.log" >/dev/null; }
# took_over DEAD: what a lost replica did is another's within 20 s, whichever that is.
took_over() {
  local killed next
  killed=$(date -u -r "$RUN/log/boundary-$SLOT-$1.log" +%FT%T.%6NZ) # written at the kill
  next=$(cat "$CASE_DIR"/*.log | grep -F '"event":"leading"' | sed 's/.*"time":"\([^"]*\)".*/\1/' | sort | awk -v since="$killed" '$1 > since' | sed -n 1p)
  [ -n "$next" ] || fail "a replica that leads after the end of $1"
  printf 'measured: another leads %5d ms after the end of %s\n' "$(ms_between "$killed" "$next")" "$1"
  [ "$(ms_between "$killed" "$next")" -le 20000 ] || fail "another within 20 s of the end of $1"
}

stack_in_cluster Auto
rm -f "$RUN/log/boundary-$SLOT-"*
mortal one before
wait_for "a leader" 30 leads one
mortal two unanswered
remember
kill_migration 3
restart_pods
wait_for "the end of one" 60 dead one
mortal three answered
wait_for "the end of two" 60 dead two
mortal four unanswered
wait_for "the end of three" 90 dead three
mortal five answered
wait_for "the end of four" 60 dead four
# The last one must not win against five.
wait_for "five to lead" 60 leads five
controller six
wait_for "the end of five" 60 dead five
wait_for "the stack afloat again" 150 afloat_again
grep -h ^killed "$RUN/log/boundary-$SLOT-"*.log
for name in one two three four five; do took_over "$name"; done
kills=$(grep -h ^killed "$RUN/log/boundary-$SLOT-"*.log | sort -u | wc -l)
expect_no_secret_in_trail
[ "$kills" = 5 ] || fail "five kills at five boundaries, got $kills"
[ "$(count_recoveries)" = 1 ] || fail "one Recovery, finished by another replica, got: $(recoveries)"
[ "$(sql_writes_by refloat -all | grep -ci 'delete from')" = 1 ] || fail "one DELETE, got: $(sql_writes_by refloat)"
[ "$(effects | grep -c '^delete .* 200 ')" -le 1 ] || fail "one Job deleted once: $(effects | grep '^delete ')"
for name in "/deployments/${DEPLOYMENTS[0]}" "/deployments/${DEPLOYMENTS[1]}" "/applications/$MIGRATIONS_APP"; do
  [ "$(happened "$name")" = 1 ] || fail "one change of $name: $(effects | grep "$name")"
done
expect_bootstrap_rerun
take_stack_away
