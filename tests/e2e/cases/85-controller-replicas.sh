# Two replicas: the one that acts is killed right after the first effect of a recovery, and the other one finishes it.
. "$here/cases/lib-controller.bash"
stack_in_cluster Auto
controller one
wait_for "a leader" 30 said leading
controller two
remember
drop_databases
restart_pods
started() { [ "$(changes_of_others | grep -c ' 200 ')" -ge 1 ]; }
wait_for "the first effect" 60 started
kill -KILL "$(pid_of one)"
wait_for "the stack afloat again" 150 afloat_again
[ "$(recoveries | wc -l)" = 1 ] || fail "one Recovery, finished by the other replica, got: $(recoveries)"
[ "$(changes_of_others | grep -c "^delete .*/jobs/")" -le 1 ] || fail "one Job deleted once: $(changes_of_others | grep '^delete ')"
for name in "${DEPLOYMENTS[@]}"; do
  [ "$(changes_of_others | grep -c "/deployments/$name[? ].*200")" = 1 ] || fail "one restart of $name: $(changes_of_others | grep deployments)"
done
take_stack_away
