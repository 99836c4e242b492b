# Sourced with kubectl as `k` and a free namespace in $KINDS: what the API server takes and refuses of Stacks, Playbooks and Recoveries,
# and what people see of them. Leaves KINDS_WRONG at 0 when all is as expected.
kinds_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/kinds" && pwd)
kinds_root=$(cd "$kinds_folder/../../.." && pwd)
KINDS_WRONG=0 KINDS_RIGHT=0

kinds_wrong() {
  echo "expected: $*"
  KINDS_WRONG=$((KINDS_WRONG + 1))
}
kinds_right() { KINDS_RIGHT=$((KINDS_RIGHT + 1)); }
kn_() { k -n "$KINDS" "$@"; }

# accepted WHAT COMMAND...: it succeeds.
accepted() {
  local what=$1 out
  shift
  if out=$("$@" 2>&1); then kinds_right; else kinds_wrong "$what is accepted, got: $out"; fi
}
# refused WHAT TEXT COMMAND...: it fails with exactly that complaint.
refused() {
  local what=$1 text=$2 out
  shift 2
  if out=$("$@" 2>&1); then
    kinds_wrong "$what is refused"
  elif grep -qF -- "$text" <<<"$out"; then
    kinds_right
  else
    kinds_wrong "$what is refused with \"$text\", got: $out"
  fi
}
# patch KIND NAME JSON [FLAG...]
patch() { kn_ patch "$1" "$2" --type=merge -p "$3" "${@:4}"; }

kinds_install() {
  k apply --server-side -f "$kinds_root/manifests/crds" >/dev/null
  k wait --for=condition=Established --timeout=30s crd/stacks.refloat.dev crd/playbooks.refloat.dev crd/recoveries.refloat.dev >/dev/null
  # A structural schema that the server had to complain about would be established all the same.
  for kind in stacks playbooks recoveries; do
    local complaint
    complaint=$(k get crd "$kind.refloat.dev" -o 'jsonpath={.status.conditions[?(@.type=="NonStructuralSchema")].message}')
    [ -z "$complaint" ] && kinds_right || kinds_wrong "$kind with a structural schema, got: $complaint"
  done
  k create namespace "$KINDS" >/dev/null
}

kinds_objects() {
  local file
  for file in "$kinds_folder"/accept/*.yaml; do accepted "$(basename "$file" .yaml)" kn_ create --validate=strict -f "$file"; done
  for file in "$kinds_folder"/reject/*.yaml; do
    refused "$(basename "$file" .yaml)" "$(sed -n '1s/^# says: //p' "$file")" kn_ create --validate=strict -f "$file"
  done
  for file in "$kinds_root"/playbooks/*/playbook.yaml; do
    case $file in */_base/*) continue ;; esac
    accepted "the built-in $(basename "$(dirname "$file")")" kn_ create --dry-run=server --validate=strict -f "$file"
  done
}

# What may become of a Recovery.
kinds_life() {
  local digest other
  digest=$(printf 'd%.0s' {1..64}) other=$(printf 'e%.0s' {1..64})
  decide() { patch recovery recovery-waits "{\"spec\":{\"approval\":{\"decision\":\"$1\",\"planDigest\":\"${2:-$digest}\"}}}"; }
  status() { patch recovery "$1" "{\"status\":$2}" --subresource=status; }
  refused "another Stack" "belongs to one Stack" patch recovery recovery-waits '{"spec":{"stack":"other"}}'
  refused "another plan" "never changes" patch recovery recovery-waits '{"spec":{"plan":{"stack":"other"}}}'
  refused "another digest" "never changes" patch recovery recovery-waits "{\"spec\":{\"planDigest\":\"$other\"}}"
  refused "no plan" "spec.plan" patch recovery recovery-waits '{"spec":{"plan":null}}'
  refused "no need of an approval any more" "fixed when it is made" patch recovery recovery-waits '{"spec":{"needsApproval":null}}'
  refused "approval not needed, said later" "fixed when it is made" patch recovery recovery-waits '{"spec":{"needsApproval":false}}'
  refused "an approval of another plan" "an approval holds only for the plan" decide approve "$other"
  refused "a retry before the end" "only a Recovery that has ended" decide retry
  accepted "status while it waits" status recovery-waits '{"verdict":"Running","phase":"AwaitingApproval"}'
  refused "an unknown phase" "Unsupported value" status recovery-waits '{"phase":"Waiting"}'
  accepted "an approval" decide approve
  accepted "the same approval again" decide approve
  refused "an approval that becomes a rejection" "a decision stands" decide reject
  refused "an approval withdrawn" "cannot be withdrawn" patch recovery recovery-waits '{"spec":{"approval":null}}'
  accepted "an approval that becomes an abort" decide abort
  accepted "the verdict" status recovery-waits '{"verdict":"Aborted","phase":"Aborted"}'
  refused "a verdict taken back" "a verdict stands" status recovery-waits '{"verdict":"Running"}'
  refused "another verdict" "a verdict stands" status recovery-waits '{"verdict":"Recovered"}'
  refused "an approval after the end" "a decision stands" decide approve
  accepted "a retry after the end" decide retry
  refused "a decision about a retry" "a decision stands" decide abort
  accepted "the end of one that ran" status recovery-runs '{"verdict":"Failed","phase":"Failed"}'
  refused "an abort after the end" "has ended" patch recovery recovery-runs "{\"spec\":{\"approval\":{\"decision\":\"abort\",\"planDigest\":\"$digest\"}}}"
  accepted "spec and status apart" patch recovery recovery-runs '{"status":{"message":"not through spec"}}'
  [ -z "$(kn_ get recovery recovery-runs -o 'jsonpath={.status.message}')" ] && kinds_right || kinds_wrong "status only by its subresource"
}

kinds_defaults() {
  [ "$(kn_ get stack stack-smallest -o 'jsonpath={.spec.mode}')" = Observe ] && kinds_right || kinds_wrong "mode Observe as default"
  accepted "one more who asks for a pause" patch stack stack-whole '{"spec":{"pauseRequests":["jane: database upgrade on Friday","release-train","me"]}}'
  refused "the same one twice" "Duplicate value" patch stack stack-whole '{"spec":{"pauseRequests":["me","me"]}}'
}

# columns KIND COLUMN...: exactly these head the table.
columns() {
  local kind=$1 head
  shift
  head=$(kn_ get "$kind" "${wide[@]}" | sed -n '1{s/  */ /g; s/ $//; p}') # not head: it would end kubectl by SIGPIPE
  [ "$head" = "NAME $*" ] && kinds_right || kinds_wrong "columns of $kind: $*, got: $head"
}
kinds_columns() {
  local wide=()
  columns stacks MODE STATE CAUSE RECOVERY AGE
  columns rfs MODE STATE CAUSE RECOVERY AGE
  columns recoveries STACK PHASE CAUSE STEPS AGE
  columns playbooks SIGNATURE SEVERITY RECOVERABLE READY AGE
  wide=(-o wide)
  columns recoveries STACK PHASE CAUSE STEPS AGE APPROVED BY FINISHED HOLDER MESSAGE
  columns stacks MODE STATE CAUSE RECOVERY AGE SINCE MESSAGE
  kn_ get refloat >/dev/null 2>&1 && kinds_right || kinds_wrong "the category refloat"
  # The server publishes the descriptions some time after it serves the kind.
  explained() { kn_ explain recovery.spec.approval 2>&1 | grep "Who decided what" >/dev/null; }
  wait_for "an explanation of spec.approval" 60 explained && kinds_right || kinds_wrong "an explanation of spec.approval"
}

kinds_all() {
  kinds_install
  kinds_objects
  kinds_life
  kinds_defaults
  kinds_columns
  kinds_commands
  echo "kinds: $KINDS_RIGHT as expected, $KINDS_WRONG not"
}

# The commands, where there is a binary to run: $REFLOAT_BIN, with the kubeconfig of $KUBECONFIG or the lab's administrator.
refloat_() { "$REFLOAT_BIN" "$@" -n "$KINDS" --kubeconfig "${KUBECONFIG:-$KUBE/admin}"; }
kinds_commands() {
  [ -x "${REFLOAT_BIN:-}" ] || return 0
  local name decision
  for name in one two three; do
    sed "s/recovery-waits/$name/" "$kinds_folder/accept/recovery-waits.yaml" | kn_ create -f - >/dev/null
  done
  refused "an approval that nobody confirmed" "--yes" refloat_ approve one
  accepted "an approval" refloat_ approve one --yes --reason "seen with the team"
  decision=$(kn_ get recovery one -o 'jsonpath={.spec.approval.decision} {.spec.approval.by} {.spec.approval.planDigest}')
  [ "$decision" = "approve admin $(printf 'd%.0s' {1..64})" ] && kinds_right || kinds_wrong "the approval by name and plan, got: $decision"
  accepted "a rejection" refloat_ reject two
  accepted "waiting for its end" kn_ wait --for=condition=Complete --timeout=5s recovery/two
  [ "$(kn_ get recovery two -o 'jsonpath={.status.phase}')" = Rejected ] && kinds_right || kinds_wrong "the phase Rejected"
  accepted "the catalogue with the users' Playbooks" refloat_ signatures --cluster
  refloat_ signatures --cluster 2>/dev/null | grep -F bootstrap-job-left-failed >/dev/null && kinds_right || kinds_wrong "a user's signature in the catalogue"
  refloat_ signatures --cluster 2>&1 >/dev/null | grep -F "not used: Playbook $KINDS/playbook-report-only" >/dev/null && kinds_right || kinds_wrong "what cannot be read, and why"
  refused "a rejection of what has ended" "nothing is left to decide" refloat_ reject two
  accepted "a retry" refloat_ retry two
  accepted "an abort" refloat_ abort three --reason "by hand"
  accepted "a pause" refloat_ pause stack-smallest --reason upgrade
  [ "$(kn_ get stack stack-smallest -o 'jsonpath={.spec.pauseRequests}')" = '["admin: upgrade"]' ] && kinds_right || kinds_wrong "who pauses, and why"
  accepted "its end" refloat_ resume stack-smallest
  [ -z "$(kn_ get stack stack-smallest -o 'jsonpath={.spec.pauseRequests}')" ] && kinds_right || kinds_wrong "nobody pauses any more"
  accepted "the history" refloat_ history stack-smallest -o json
}
