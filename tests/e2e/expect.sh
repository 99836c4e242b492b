# Sourced by run.sh: what a case says about refloat. A case fails by the first expectation that does not hold.

fail() {
  echo "expected: $*"
  exit 1
}

# refloat_as USER ARGUMENT...: runs the binary against the lab with that user's rights; leaves CODE, OUT and ERR. Its journal is the
# stack's own, so that no case resumes what another has begun.
refloat_as() {
  local user=$1
  shift
  OUT=$CASE_DIR/stdout ERR=$CASE_DIR/stderr CODE=0
  echo "--- refloat $* (as $user)"
  HOME=$CASE_DIR XDG_STATE_HOME=$CASE_DIR/state KUBECONFIG=${CONFIG:-$KUBE/$user-${SLOT:-1}} NO_COLOR=1 \
    timeout "${LIMIT:-240}" bash -c 'echo $$ >"$0"; exec "$@"' "$CASE_DIR/pid" "$REFLOAT_BIN" "$@" >"$OUT" 2>"$ERR" </dev/null || CODE=$?
  cat "$ERR" "$OUT"
  echo "--- exit code $CODE"
  expect_no_secret
}
diagnose() { refloat_as refloat-diagnose diagnose -f "$STACK_FILE" -o json "$@"; }
# What a person sees.
diagnose_text() { refloat_as refloat-diagnose diagnose -f "$STACK_FILE" "$@"; }
plan() { refloat_as refloat plan -f "$STACK_FILE" "$@"; }
recover() { refloat_as refloat recover -f "$STACK_FILE" --yes "$@"; }

expect_code() { [ "$CODE" = "$1" ] || fail "exit code $1, got $CODE"; }
expect_code_in() {
  local code
  for code in "$@"; do [ "$CODE" = "$code" ] && return; done
  fail "an exit code of $*, got $CODE"
}
# expect_said TEXT: on either output.
expect_said() { grep -qiF -- "$1" "$OUT" "$ERR" || fail "a message with \"$1\""; }
# Every password of a database and every token, one a line.
secrets() {
  echo "$PASSWORD"
  kn get secrets temporal-db-env temporal-db-credentials -o 'jsonpath={range .items[*]}{.data.password}{"\n"}{end}' | while read -r password; do
    base64 -d <<<"$password"
    echo
  done
  cut -d, -f1 "$PKI/tokens.csv"
  cat "$PKI"/*.token
}
# expect_no_secret: in no form in anything that the case has by now: what was said, logs, journals, saved plans. Kubeconfigs must hold one.
expect_no_secret() {
  local leaks
  leaks=$(secrets | tool leaks -except kubeconfig "$CASE_DIR")
  [ -z "$leaks" ] || fail "no secret that can be read: $leaks"
}
expect_no_trace() { ! grep -qE 'terminate called|Segmentation|AddressSanitizer|what\(\):' "$OUT" "$ERR" || fail "no stack trace"; }

# expect_cause SIGNATURE [FLAG...]: diagnosed, as a root cause, and without writing anything.
expect_cause() {
  diagnose "${@:2}"
  expect_code 2
  tool findings <"$OUT" >"$CASE_DIR/findings"
  grep -q "^cause $1 " "$CASE_DIR/findings" || fail "the cause $1 among: $(tr '\n' ',' <"$CASE_DIR/findings")"
  expect_no_writes refloat-diagnose
}
expect_only_cause() {
  expect_cause "$@"
  [ "$(grep '^cause ' "$CASE_DIR/findings" | sort -u | wc -l)" = 1 ] || fail "$1 as the only cause: $(tr '\n' ',' <"$CASE_DIR/findings")"
}

# expect_recovered: by its own word, and by everything that can be looked at. It acted on objects only in the version it had read.
expect_recovered() {
  expect_code 0
  if ! stack_healthy; then
    stack_state
    fail "the healthy end state right after an exit code 0"
  fi
  changes_by refloat | cut -c1-300
  expect_fenced refloat
}
# expect_fenced USER: each of its changes of others' things names the version that it had read just before.
expect_fenced() {
  local changes
  changes=$(changes_by "$1" -unfenced | to_others)
  [ -z "$changes" ] || fail "a version in every change: $changes"
  changes=$(changes_by "$1" -unread | to_others)
  [ -z "$changes" ] || fail "in every change the version that was read just before: $changes"
}

# remember: what expect_untouched compares with. Marks both logs too.
remember() {
  mark
  remember_state
}
remember_state() {
  database_dump >"$CASE_DIR/dump"
  job_uids >"$CASE_DIR/jobs"
  secret_data >"$CASE_DIR/secrets"
}
expect_no_writes() {
  local changes
  changes=$(changes_by "$1")
  [ -z "$changes" ] || fail "no change by $1 in the audit log: $changes"
  changes=$(sql_writes_by refloat)
  [ -z "$changes" ] || fail "no write by refloat in PostgreSQL's log: $changes"
}
# expect_reads USER: it really looked, at the cluster and at both databases.
expect_reads() {
  local what
  for what in "/applications" "/namespaces/$NAMESPACE/pods" "/namespaces/$NAMESPACE/secrets/temporal-db-env"; do
    changes_by "$1" -reads | grep -F -- "$what" >/dev/null || fail "a look at $what by $1"
  done
  for what in "$DATABASE" "$VISIBILITY"; do
    sql_writes_by refloat -all | grep "@$what .*schema_version" >/dev/null || fail "a look into $what"
  done
}
expect_untouched() {
  expect_no_writes refloat
  expect_same_state
}
# expect_only_rehearsed: dry runs at the apiserver, and in the databases nothing but transactions that were rolled back.
expect_only_rehearsed() {
  [ -z "$(changes_by refloat)" ] || fail "no change by refloat in the audit log: $(changes_by refloat)"
  sql_writes_by refloat >"$CASE_DIR/rehearsed"
  grep -qi 'rollback' "$CASE_DIR/rehearsed" || fail "a repair that was rehearsed and rolled back"
  ! grep -iE ': (commit|end)\b' "$CASE_DIR/rehearsed" || fail "no repair that was committed"
  expect_same_state
}
expect_same_state() {
  database_dump | diff "$CASE_DIR/dump" - || fail "the same databases as before"
  job_uids | diff "$CASE_DIR/jobs" - || fail "the same Jobs as before"
  secret_data | diff "$CASE_DIR/secrets" - || fail "the same Secrets as before"
}

# expect_bootstrap_rerun and expect_bootstrap_left: against the Jobs that `remember` saw.
bootstrap_was() { grep "^$BOOTSTRAP_JOB " "$CASE_DIR/jobs" | cut -d ' ' -f 2; }
expect_bootstrap_rerun() { [ "$(job_uid "$BOOTSTRAP_JOB")" != "$(bootstrap_was)" ] || fail "a new bootstrap Job"; }
expect_bootstrap_left() { [ "$(job_uid "$BOOTSTRAP_JOB")" = "$(bootstrap_was)" ] || fail "the bootstrap Job left alone"; }
expect_no_restart() {
  ! changes_by refloat | grep '/deployments/' >/dev/null || fail "no restart of pods that are well"
}

# allow PERMISSION: in the stack's own Stack.
allow() { sed -i "s/allow: \[\(.*\)\]/allow: [\1, $1]/" "$STACK_FILE"; }

# A deleting hook may still be ending by itself; only one that is older than this is called stuck.
grow_old() { sleep 12; }
