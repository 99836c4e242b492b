# Sourced by the cases of a recovery that is killed, by SIGKILL, at every effect that it has on the cluster; $when says at which moment of
# it (see lab/tool/boundary.go). It starts at a partial migration, so that a row is removed as well.
effects() { changes_by refloat | grep -E '/(applications|deployments|jobs)/'; }
happened() { effects | grep -c "$1[^ ]* 200 " || true; } # a change that the apiserver accepted
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

# recover_through N: a recovery whose N-th effect (0: none) it does not survive. The boundary of the kill before ends a moment after its
# victim: until then it still listens, and a client that it took in would be cut off.
recover_through() {
  wait_for "the end of the boundary before" 10 not running "boundary-$SLOT"
  start "boundary-$SLOT" tool boundary -listen "127.0.0.1:$port" -upstream "https://127.0.0.1:$API_PORT" -pki "$PKI" -pid "$CASE_DIR/pid" \
    -when "$when" -nth "$1"
  wait_for "the boundary" 10 listening
  CONFIG=$CASE_DIR/kubeconfig recover
}
killed() { [ "$CODE" = 137 ]; }

port=$((BOUNDARY_PORT + SLOT)) kills=0
sed "s/127.0.0.1:$API_PORT/127.0.0.1:$port/" "$KUBE/refloat-$SLOT" >"$CASE_DIR/kubeconfig"
remember
kill_migration 3
restart_pods
wait_for "crashing pods" 60 crash_looping 2

# Each run gets one effect further than the one before, and then dies of it. Killed before it, the effect is still to come, so every run
# but the first has that one as well.
nth=1
while recover_through "$nth" && killed; do
  kills=$((kills + 1))
  [ $kills -lt 15 ] || fail "an end after $kills kills"
  [ "$when" != before ] || nth=2
done
stop "boundary-$SLOT" KILL
grep -h ^killed "$RUN/log/boundary-$SLOT.log" | tail -n $kills
# A sync, two restarts and the deletion of the bootstrap Job at least: Argo CD's self-heal may make the next Job before our second sync.
[ $kills -ge 4 ] || fail "a kill at each of four effects, got $kills"
expect_recovered
expect_bootstrap_rerun
# The row went once, by PostgreSQL's own account. Restarts, syncs and deletions happen once for each object.
[ "$(sql_writes_by refloat -all | grep -ci 'delete from')" = 1 ] || fail "one DELETE, got: $(sql_writes_by refloat)"
[ "$(effects | grep -c '^delete ')" = 1 ] || fail "one Job deleted once: $(effects | grep '^delete ')"
for name in "/deployments/${DEPLOYMENTS[0]}" "/deployments/${DEPLOYMENTS[1]}" "/applications/$MIGRATIONS_APP"; do
  [ "$(happened "$name")" = 1 ] || fail "one change of $name: $(effects | grep "$name")"
done
[ "$(happened "/applications/$BOOTSTRAP_APP")" -le 1 ] || fail "one sync of $BOOTSTRAP_APP at most"
