#!/usr/bin/env bash
# human.sh NAMESPACE: what a person does about recreated databases who knows the cause already and makes no mistake: the measure that
# `refloat recover` is compared with. Looks at nothing before, and at the same end state after.
set -euo pipefail
. "$(dirname "$0")/../e2e/lab/lib.sh"
. "$LAB/stacks.sh"
. "$LAB/check.sh"
use_stack "$1"
human() { kubectl --kubeconfig "$KUBE/human" "$@"; }

# sync APPLICATION: a new operation at the revision that Argo CD has compared, and its end.
sync() {
  local revision
  revision=$(human -n argocd get application "$1" -o 'jsonpath={.status.sync.revision}')
  human -n argocd patch application "$1" --type merge -p '{"status":{"operationState":null},"operation":{"initiatedBy":
    {"username":"human"},"sync":{"revision":"'"$revision"'","syncOptions":["CreateNamespace=true"]}}}' >/dev/null
  human -n argocd wait application "$1" --for=jsonpath='{.status.operationState.phase}'=Succeeded --timeout=120s >/dev/null
}

sync "$MIGRATIONS_APP"
human -n "$NAMESPACE" rollout restart deployment "${DEPLOYMENTS[@]}" >/dev/null
for name in "${DEPLOYMENTS[@]}"; do human -n "$NAMESPACE" rollout status deployment "$name" --timeout=120s >/dev/null; done
human -n "$NAMESPACE" delete job "$BOOTSTRAP_JOB" >/dev/null
sync "$BOOTSTRAP_APP"
human -n "$NAMESPACE" wait job "$BOOTSTRAP_JOB" --for=condition=Complete --timeout=120s >/dev/null
until_true 60 stack_healthy
