#!/usr/bin/env bash
# stack.sh [options]: a Temporal stack on the lab, out of a Git repository and through an ApplicationSet with RollingSync.
# Ends when it is healthy. Two stacks live side by side when all their options differ.
#   --prefix P               before the names of Applications and Jobs              (default: none)
#   --namespace NS           where the pods run                                     (default: temporal)
#   --database-suffix S      after the databases' names                             (default: none)
#   --base-port N            its pods use N+33 .. N+69 on loopback                   (default: 25000)
#   --bootstrap-namespace X  the Temporal namespace that its bootstrap Job registers (default: orders)
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$LAB/stacks.sh"
. "$LAB/check.sh"

PREFIX='' NAMESPACE=temporal SUFFIX='' BASE_PORT=25000 TEMPORAL_NAMESPACE=orders
while [ $# -gt 1 ]; do
  case $1 in
  --prefix) PREFIX=$2 ;;
  --namespace) NAMESPACE=$2 ;;
  --database-suffix) SUFFIX=$2 ;;
  --base-port) BASE_PORT=$2 ;;
  --bootstrap-namespace) TEMPORAL_NAMESPACE=$2 ;;
  *) die "stack.sh has no option $1" ;;
  esac
  shift 2
done
[ $# = 0 ] || die "stack.sh: $1 needs a value"
[ ! -e "$RUN/stacks/$NAMESPACE.names" ] || die "namespace $NAMESPACE has a stack already"

# Names do not follow from each other, as nowhere in the wild: neither Job from Application nor database from either.
cat >"$RUN/stacks/$NAMESPACE.names" <<N
PREFIX='$PREFIX' NAMESPACE=$NAMESPACE BASE_PORT=$BASE_PORT TEMPORAL_NAMESPACE=$TEMPORAL_NAMESPACE
STACK=${PREFIX}afloat PROJECT=${PREFIX}platform REPOSITORY=$RUN/git/$NAMESPACE
DATABASE=temporal$SUFFIX VISIBILITY=temporal_visibility$SUFFIX ROLE=temporal_owner$SUFFIX PASSWORD=$(new_password)
MIGRATION_JOB=${PREFIX}data-migrations-temporal-temporal-migrations BOOTSTRAP_JOB=${PREFIX}temporal-register-namespaces
N
use_stack "$NAMESPACE"
began=$EPOCHSECONDS

sql postgres -c "CREATE ROLE \"$ROLE\" LOGIN PASSWORD '$PASSWORD'"
create_database "$DATABASE"
create_database "$VISIBILITY"
fill "$LAB/stack/stack.yaml" >"$STACK_FILE"
git init -q -b main "$REPOSITORY"
for file in "$LAB"/stack/git/*/*; do
  target=$REPOSITORY/${file#"$LAB/stack/git/"}
  mkdir -p "${target%/*}"
  fill "$file" >"$target"
done
commit "the stack as it should be"
fill "$LAB/stack/namespace.yaml" | k apply -f - >/dev/null
fill "$LAB/stack/applications.yaml" | k apply -f - >/dev/null
wait_for "stack $STACK" 120 stack_healthy || { stack_state >&2; exit 1; }
wait_for "the ApplicationSet of $STACK at rest" 60 set_at_rest || { k -n argocd get applicationset "$STACK" -o 'jsonpath={.status.applicationStatus}' >&2; exit 1; }
say "stack $STACK is healthy after $((EPOCHSECONDS - began)) s; its Stack is $STACK_FILE"
