# Sourced: a Temporal stack by its names. Which one is meant is said once, by use_stack.

# use_stack NAMESPACE: takes up the names that stack.sh wrote down.
use_stack() {
  [ -r "$RUN/stacks/$1.names" ] || die "there is no stack in namespace $1"
  . "$RUN/stacks/$1.names"
  MIGRATIONS_APP=${PREFIX}data-migrations-temporal RUNTIME_APP=${PREFIX}data-temporal
  BOOTSTRAP_APP=${PREFIX}data-temporal-namespace-bootstrap
  APPS=("$MIGRATIONS_APP" "$RUNTIME_APP" "$BOOTSTRAP_APP")
  DEPLOYMENTS=("${PREFIX}temporal-frontend" "${PREFIX}temporal-backend")
  STACK_FILE=$RUN/stacks/$NAMESPACE.yaml
  FRONTEND_PORT=$((BASE_PORT + 33))
}

# kn: kubectl in the stack's namespace. psql_stack DATABASE [options]: as the stack's own role.
kn() { k -n "$NAMESPACE" "$@"; }
psql_stack() {
  local database=$1
  shift
  PGPASSWORD=$PASSWORD PGAPPNAME=stack psql -XqAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$POSTGRES_PORT" -U "$ROLE" -d "$database" "$@"
}

# fill FILE: its text with this stack's names.
fill() {
  sed -e "s|@PREFIX@|$PREFIX|g; s|@NAMESPACE@|$NAMESPACE|g; s|@STACK@|$STACK|g; s|@PROJECT@|$PROJECT|g; s|@REPOSITORY@|$REPOSITORY|g" \
    -e "s|@DATABASE@|$DATABASE|g; s|@VISIBILITY@|$VISIBILITY|g; s|@ROLE@|$ROLE|g; s|@PASSWORD@|$PASSWORD|g" \
    -e "s|@MIGRATION_JOB@|$MIGRATION_JOB|g; s|@BOOTSTRAP_JOB@|$BOOTSTRAP_JOB|g; s|@TEMPORAL_NAMESPACE@|$TEMPORAL_NAMESPACE|g" \
    -e "s|@POSTGRES_PORT@|$POSTGRES_PORT|g; s|@FRONTEND_PORT@|$FRONTEND_PORT|g; s|@HTTP_PORT@|$((BASE_PORT + 43))|g" \
    -e "s|@HISTORY_PORT@|$((BASE_PORT + 34))|g; s|@MATCHING_PORT@|$((BASE_PORT + 35))|g; s|@WORKER_PORT@|$((BASE_PORT + 39))|g" \
    -e "s|@FRONTEND_RING_PORT@|$((BASE_PORT + 63))|g; s|@HISTORY_RING_PORT@|$((BASE_PORT + 64))|g" \
    -e "s|@MATCHING_RING_PORT@|$((BASE_PORT + 65))|g; s|@WORKER_RING_PORT@|$((BASE_PORT + 69))|g" "$1"
}

# commit MESSAGE: what is in the working copy becomes what Argo CD should run.
commit() {
  git -C "$REPOSITORY" add -A
  git -C "$REPOSITORY" -c user.name=lab -c user.email=lab@localhost commit -qm "$1"
}

# Every usual way to write it down looks different.
new_password() { echo "$(openssl rand -hex 6)%/+$(openssl rand -hex 4)"; }

create_database() { sql postgres -c "CREATE DATABASE \"$1\" OWNER \"$ROLE\""; }
drop_database() { sql postgres -c "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" 2>/dev/null; }
