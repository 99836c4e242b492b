# Two stacks that share nothing but the cluster; one of them breaks, the other must not notice.
other=shop-qa
[ -e "$RUN/stacks/$other.names" ] ||
  "$LAB/stack.sh" --prefix qa7- --namespace $other --database-suffix _qa7 --base-port $((PORTS + 1100)) --bootstrap-namespace carts
mark
remember
kept=$(kn get pods,jobs -o 'jsonpath={range .items[*]}{.metadata.uid}{" "}{end}')
use_stack $other
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 2
recover
expect_recovered
namespace_in_service || fail "the namespace carts"
! changes_by refloat | grep -e /namespaces/orders-dev/ -e /applications/dev- || fail "no change in the other stack"
use_stack orders-dev
database_dump | diff "$CASE_DIR/dump" - || fail "the other stack's databases as they were"
[ "$(kn get pods,jobs -o 'jsonpath={range .items[*]}{.metadata.uid}{" "}{end}')" = "$kept" ] || fail "the other stack's pods and Jobs as they were"
"$LAB/remove-stack.sh" $other
