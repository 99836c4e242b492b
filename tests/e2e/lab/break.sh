# Sourced: the incidents, made on the stack that use_stack chose, with the same tools that make them in the wild.

# --- syncs and their hook ----------------------------------------------------------------------------------------------------
hook() { kn get job "$MIGRATION_JOB" -o "jsonpath=$1" 2>/dev/null; }
hook_active() { [ "$(hook '{.metadata.deletionTimestamp}{.status.active}')" = 1 ] && [ "$(job_uid "$MIGRATION_JOB")" != "${1:-}" ]; }
operation() { app "$MIGRATIONS_APP" "{.status.operationState.$1}"; }
phase_is() { [ "$(operation phase)" = "$1" ]; }

# start_sync [RETRY]: what a person's click on Sync amounts to; RETRY is the operation's retry strategy as JSON.
start_sync() {
  local revision
  revision=$(app "$MIGRATIONS_APP" '{.status.sync.revision}')
  k -n argocd patch application "$MIGRATIONS_APP" --type merge -p '{"status":{"operationState":null},"operation":{"initiatedBy":
    {"username":"someone"},"retry":'"${1:-{\}}"',"sync":{"revision":"'"$revision"'","syncOptions":["CreateNamespace=true"]}}}' >/dev/null
}

# hold_migrations: keeps the migration tool waiting, so that its Job runs as long as a test needs it to.
hold_migrations() {
  PGPASSFILE=$PKI/pgpass PGAPPNAME=hold start "hold-$NAMESPACE" psql -Xq -h 127.0.0.1 -p "$POSTGRES_PORT" -U postgres -d "$DATABASE" \
    -c 'BEGIN; LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3600)'
  wait_for "the lock" 10 lock_held
}
lock_held() { [ "$(sql postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hold' AND datname = '$DATABASE' AND wait_event = 'PgSleep'")" -gt 0 ]; }
release_migrations() {
  sql postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hold' AND datname = '$DATABASE'" >/dev/null
  stop "hold-$NAMESPACE"
}

# start_held_sync: a migration sync whose hook Job is running and stays so until release_migrations.
start_held_sync() {
  local before
  before=$(job_uid "$MIGRATION_JOB")
  hold_migrations
  start_sync "$@"
  wait_for "a running hook" 40 hook_active "$before"
}

# --- databases ---------------------------------------------------------------------------------------------------------------
# drop_databases: recreated empty under the running stack, as when a database cluster is replaced.
drop_databases() {
  local database
  for database in "$DATABASE" "$VISIBILITY"; do
    drop_database "$database"
    create_database "$database"
  done
}

# kill_migration K: the databases are new, and the first migration died after K statements of version 1.0.
kill_migration() {
  drop_databases
  SQL_PLUGIN=postgres12 SQL_HOST=127.0.0.1 SQL_PORT=$POSTGRES_PORT SQL_USER=$ROLE SQL_PASSWORD=$PASSWORD \
    temporal-sql-tool --db "$DATABASE" setup-schema -v 0.0 >"$RUN/log/kill-migration-$NAMESPACE.log" 2>&1
  PGHOST=127.0.0.1 PGPORT=$POSTGRES_PORT PGUSER=$ROLE PGPASSWORD=$PASSWORD PGDATABASE=$DATABASE partial -statements "$1" >&2
}

reset_version() { sql "$DATABASE" -c "UPDATE schema_version SET curr_version = '0.0'" && restart_pods; }
delete_metadata_row() { sql "$DATABASE" -c "DELETE FROM namespace_metadata" && restart_pods; }
# A dump of a database keeps the name that the version row was written under.
restore_under_other_name() { sql "$DATABASE" -c "UPDATE schema_version SET db_name = 'temporal_of_last_year'" && restart_pods; }

# --- pods --------------------------------------------------------------------------------------------------------------------
restart_pods() { kn delete pods -l app.kubernetes.io/name=temporal --wait=false >/dev/null; }
# crash_looping [N]: at least N pods of the runtime have crashed and are waiting to be started again.
crash_looping() {
  [ "$(kn get pods -l app.kubernetes.io/name=temporal -o 'jsonpath={range .items[*]}{.status.containerStatuses[*].state.waiting.reason}{"\n"}{end}' |
    grep -c CrashLoopBackOff)" -ge "${1:-1}" ]
}

# crash_otherwise: the new version of the runtime lacks a setting, which no migration will ever give it.
crash_otherwise() {
  sed -i '/HISTORY_SHARDS, value/d' "$REPOSITORY"/runtime/{frontend,backend}.yaml
  commit "forget a setting"
  refresh_runtime
}
# crash_no_more: the version after that has it again.
crash_no_more() {
  git -C "$REPOSITORY" checkout -q HEAD~1 -- runtime
  commit "remember the setting"
  refresh_runtime
}
refresh_runtime() { k -n argocd annotate application "$RUNTIME_APP" argocd.argoproj.io/refresh=normal --overwrite >/dev/null; }

# differ_credentials: the operator gave the role another password, and the service was not told.
differ_credentials() {
  local password
  password=$(new_password)
  sql postgres -c "ALTER ROLE \"$ROLE\" PASSWORD '$password'"
  kn patch secret temporal-db-credentials --type merge -p '{"stringData":{"password":"'"$password"'"}}' >/dev/null
  restart_pods
}

# --- hooks and operations ----------------------------------------------------------------------------------------------------
# delete_hook: while its operation runs. Argo CD's finalizer keeps the Job, and nothing will ever complete it.
delete_hook() {
  start_held_sync
  kn delete job "$MIGRATION_JOB" --cascade=foreground --wait=false >/dev/null
  wait_for "the hook's pod to end" 30 hook_without_pods
  release_migrations
}
hook_without_pods() { [ -z "$(kn get pods -l "job-name=$MIGRATION_JOB" -o name)" ]; }

# vanish_hook: deleted together with the finalizer that should have kept it.
vanish_hook() {
  delete_hook
  kn patch job "$MIGRATION_JOB" --type merge -p '{"metadata":{"finalizers":null}}' >/dev/null
  wait_for "the hook to vanish" 20 not kn get job "$MIGRATION_JOB"
}

# keep_hook: a finalizer of somebody else holds the deleted hook Job.
keep_hook() {
  start_held_sync
  kn patch job "$MIGRATION_JOB" --type json -p '[{"op":"add","path":"/metadata/finalizers/-","value":"example.com/keep"}]' >/dev/null
  kn delete job "$MIGRATION_JOB" --cascade=foreground --wait=false >/dev/null
  wait_for "the hook's pod to end" 30 hook_without_pods
  release_migrations
}

# null_operation: the recipe that many people follow with a stuck sync, and what it leaves: Running, with nothing that runs.
null_operation() {
  leave_in_limbo
  wait_for "the orphaned hook to end" 60 eval '[ -n "$(hook "{.status.completionTime}")" ]'
  phase_is Running || die "the operation ended although it was nulled"
}

# leave_in_limbo: the same, without waiting for what is left of it to end.
leave_in_limbo() {
  start_held_sync
  k -n argocd patch application "$MIGRATIONS_APP" --type merge -p '{"operation":null}' >/dev/null
  release_migrations
}

# back_off [SECONDS]: the migration sync has failed and waits for its next attempt, for long enough to be looked at.
back_off() {
  start_sync '{"limit":5,"backoff":{"duration":"'"${1:-120}"'s","factor":1,"maxDuration":"'"${1:-120}"'s"}}'
  wait_for "the retry back-off" 90 in_back_off
}
in_back_off() { [ "$(operation phase)" = Running ] && [ -n "$(operation finishedAt)" ]; }

# lock_role and unlock_role: the database refuses everyone new for a while, so a sync fails that will succeed later.
lock_role() { sql postgres -c "ALTER ROLE \"$ROLE\" NOLOGIN"; }
unlock_role() { sql postgres -c "ALTER ROLE \"$ROLE\" LOGIN"; }

# close_window and open_window: the project forbids syncs at all times, or no longer.
close_window() {
  k -n argocd patch appproject "$PROJECT" --type merge -p '{"spec":{"syncWindows":[{"kind":"deny","schedule":"* * * * *","duration":"1h",
    "applications":["*"],"manualSync":false}]}}' >/dev/null
}
open_window() { k -n argocd patch appproject "$PROJECT" --type merge -p '{"spec":{"syncWindows":null}}' >/dev/null; }
