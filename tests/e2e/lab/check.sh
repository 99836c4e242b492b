# Sourced: what is true of the stack that use_stack chose.

app() { k -n argocd get application "$1" -o "jsonpath=$2"; }

# schema_of DATABASE: the recorded version, "none" without its table or row.
schema_of() {
  local version
  version=$(sql "$1" -c "SELECT curr_version FROM schema_version" 2>/dev/null) || version=
  echo "${version:-none}"
}
versions_at_target() { [ "$(schema_of "$DATABASE")" = 1.18 ] && [ "$(schema_of "$VISIBILITY")" = 1.9 ]; }

# One line an Application: name sync health phase, the operation set or not.
apps_state() {
  k -n argocd get applications "${APPS[@]}" -o \
    'jsonpath={range .items[*]}{.metadata.name} {.status.sync.status} {.status.health.status} {.status.operationState.phase}{"\n"}{end}'
}
apps_healthy() { [ "$(apps_state | grep -c ' Synced Healthy Succeeded$')" = 3 ]; }

# Every pod of the runtime is of its Deployment's newest template, ready, and there is one for each Deployment.
pods_ready() {
  local name
  for name in "${DEPLOYMENTS[@]}"; do
    [ "$(kn get deployment "$name" -o 'jsonpath={.metadata.generation}/{.status.observedGeneration} {.status.replicas}{.status.updatedReplicas}{.status.readyReplicas}')" = \
      "$(kn get deployment "$name" -o 'jsonpath={.metadata.generation}/{.metadata.generation} 111')" ] || return 1
  done
}
namespace_in_database() { [ "$(sql "$DATABASE" -c "SELECT count(*) FROM namespaces WHERE name = '$TEMPORAL_NAMESPACE'" 2>/dev/null)" = 1 ]; }
namespace_in_service() { bootstrap -check -address "127.0.0.1:$FRONTEND_PORT" "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; }

stack_healthy() { versions_at_target && pods_ready && apps_healthy && namespace_in_database && namespace_in_service; }

# Its rolling sync has taken note that every Application is healthy. Before that it may start one more sync of its own.
set_at_rest() {
  [ "$(k -n argocd get applicationset "$STACK" -o 'jsonpath={range .status.applicationStatus[*]}{.status}{"\n"}{end}' | sort | uniq -c | tr -s ' ')" = " ${#APPS[@]} Healthy" ]
}

# Everything that the end state consists of, for people and for the log of a failed case.
stack_state() {
  echo "versions: $(schema_of "$DATABASE") $(schema_of "$VISIBILITY")"
  echo "namespace $TEMPORAL_NAMESPACE: in the database $(yes_no namespace_in_database), in the service $(yes_no namespace_in_service)"
  apps_state
  k -n argocd get applications "${APPS[@]}" -o 'jsonpath={range .items[*]}{.metadata.name}: {.status.operationState.message}{"\n"}{end}'
  kn get deployments,jobs,pods --no-headers 2>&1
}
yes_no() { if "$@"; then echo yes; else echo no; fi; }

# --- what must not change ----------------------------------------------------------------------------------------------------
# The content that a recovery could damage: the schemas, their versions, the metadata row and the registered namespaces.
database_dump() {
  local database
  for database in "$DATABASE" "$VISIBILITY"; do
    echo "== $database"
    if sql "$database" -c 'SELECT 1' >/dev/null 2>&1; then
      PGPASSFILE=$RUN/pki/pgpass pg_dump --schema-only -h 127.0.0.1 -p "$POSTGRES_PORT" -U postgres "$database" | grep -v '^\\\(un\)\?restrict '
      rows_of "$database" schema_version '*'
      rows_of "$database" namespace_metadata '*'
      rows_of "$database" namespaces "name, encode(id, 'hex')"
    fi
  done
}
rows_of() { sql "$1" -c "SELECT $3 FROM $2 ORDER BY 1" 2>/dev/null || echo "no $2"; }
# Who the Jobs are, not how they fare: a uid tells a Job that was made again from one that was left alone.
job_uids() { kn get jobs -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.uid}{"\n"}{end}'; }
job_uid() { kn get job "$1" --ignore-not-found -o 'jsonpath={.metadata.uid}'; }
secret_data() { kn get secrets temporal-db-env temporal-db-credentials -o 'jsonpath={range .items[*]}{.data}{"\n"}{end}' | sha256sum; }

# --- who did what ------------------------------------------------------------------------------------------------------------
# mark: a point in both logs. Everything below counts from the newest one.
mark() { AUDIT_MARK=$(stat -c %s "$AUDIT_LOG") SQL_MARK=$(stat -c %s "$SQL_LOG"); }
# user_of NAME: this slot's, as the apiserver calls it; the controllers are ServiceAccounts.
user_of() {
  case $1 in
  controller*) echo "system:serviceaccount:$CONTROLLERS:$1-${SLOT:-1}" ;;
  *) echo "$1-${SLOT:-1}" ;;
  esac
}
# Of this slot's user, and of this stack's role, so that nothing is seen of a case that runs at the same time.
changes_by() { tool audit -log "$AUDIT_LOG" -user "$(user_of "$1")" -since "$AUDIT_MARK" "${@:2}"; }
# Less what it writes about itself.
to_others() { grep -vE '/(stacks|recoveries|leases|events)[/? ]' || true; }
sql_writes_by() { tool sqllog -log "$SQL_LOG" -application "$1" -role "$ROLE" -since "$SQL_MARK" "${@:2}"; }
