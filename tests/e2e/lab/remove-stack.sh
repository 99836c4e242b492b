#!/usr/bin/env bash
# remove-stack.sh NAMESPACE: takes a stack away in whatever state it is. Nothing else of the lab changes.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$LAB/stacks.sh"
use_stack "$1"

[ ! -e "$RUN/pid/hold-$NAMESPACE" ] || stop "hold-$NAMESPACE"
gone() { [ -z "$(k get "$@" --ignore-not-found -o name)" ]; }
# finalizers KIND...: removed from all of that kind in the namespace, since tests leave their own on purpose.
free() {
  local object
  for object in $(kn get "$1" -o name); do kn patch "$object" --type merge -p '{"metadata":{"finalizers":null}}' >/dev/null 2>&1 || true; done
}

k -n argocd delete applicationset "$STACK" --ignore-not-found --cascade=orphan --wait=false >/dev/null
until_true 10 gone -n argocd applicationset "$STACK" || true
for app in "${APPS[@]}"; do
  k -n argocd patch application "$app" --type merge -p '{"metadata":{"finalizers":null},"operation":null}' >/dev/null 2>&1 || true
  k -n argocd delete application "$app" --ignore-not-found --wait=false >/dev/null
done
for app in "${APPS[@]}"; do wait_for "the end of $app" 20 gone -n argocd application "$app"; done
kn delete deployments,jobs --all --wait=false --cascade=background >/dev/null
free jobs
kn delete pods --all --force --grace-period=0 >/dev/null 2>&1 || true
free pods
k delete namespace "$NAMESPACE" --wait=false >/dev/null
wait_for "the end of namespace $NAMESPACE" 60 gone namespace "$NAMESPACE"
k -n argocd delete appproject "$PROJECT" --ignore-not-found >/dev/null
drop_database "$DATABASE"
drop_database "$VISIBILITY"
sql postgres -c "DROP ROLE IF EXISTS \"$ROLE\""
rm -rf "$REPOSITORY" "$RUN/stacks/$NAMESPACE".*
