# Two stacks that share nothing but the cluster; one of them breaks, the other must not notice.
mine=$NAMESPACE mine_prefix=$PREFIX other=shop-qa
[ ! -e "$RUN/stacks/$other.names" ] || "$LAB/remove-stack.sh" $other
"$LAB/stack.sh" --prefix qa- --namespace $other --database-suffix _qa --base-port $((PORTS + 2000)) --bootstrap-namespace carts
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
! changes_by refloat | grep -e "/namespaces/$mine/" -e "/applications/$mine_prefix" || fail "no change in the other stack"
use_stack "$mine"
database_dump | diff "$CASE_DIR/dump" - || fail "the other stack's databases as they were"
[ "$(kn get pods,jobs -o 'jsonpath={range .items[*]}{.metadata.uid}{" "}{end}')" = "$kept" ] || fail "the other stack's pods and Jobs as they were"
"$LAB/remove-stack.sh" $other
