# Sourced by the cases of a recovery that is killed: after so many of its changes to Applications, Deployments and Jobs as
# $kill_after_changes says. It starts at a partial migration, so that a row is removed as well.
effects() { changes_by refloat | grep -E '/(applications|deployments|jobs)/'; }
enough_effects() { [ "$(effects | wc -l)" -ge "$kill_after_changes" ]; }

remember
kill_migration 3
restart_pods
wait_for "crashing pods" 60 crash_looping 2
recover & # in a shell of its own, whose child is what is killed
run=$!
if until_true 90 enough_effects; then
  binary=$(ps -o pid= --ppid "$(ps -o pid= --ppid $run | head -n 1)" | head -n 1)
  kill -KILL $binary || fail "a recovery that still runs after $kill_after_changes effects"
else
  fail "$kill_after_changes effects within 90 s"
fi
wait $run || true
echo "--- killed after:"
effects | cut -c1-200
! versions_at_target || ! stack_healthy || fail "a recovery that was killed before its end"

recover
expect_recovered
expect_bootstrap_rerun
# With PostgreSQL's own count: the row went once. Restarts and Job deletions happen once for each object.
[ "$(sql_writes_by refloat -all | grep -ci 'delete from')" = 1 ] || fail "one DELETE, got: $(sql_writes_by refloat)"
[ "$(effects | grep -c '^delete ')" -le 1 ] || fail "the Job deleted at most once: $(effects | grep '^delete ')"
for name in "${DEPLOYMENTS[@]}"; do
  [ "$(effects | grep -c "/deployments/$name")" = 1 ] || fail "one restart of $name: $(effects | grep /deployments/)"
done
