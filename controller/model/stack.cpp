#include "model/stack.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/digest.h"
#include "base/json.h"
#include "base/secret.h"

namespace refloat {

const char* to_string(Mode mode) {
  switch (mode) {
    case Mode::observe: return "Observe";
    case Mode::approve: return "Approve";
    case Mode::automatic: return "Auto";
  }
  return "?";
}

const char* to_string(Permission permission) {
  switch (permission) {
    case Permission::delete_rows: return "deleteRows";
    case Permission::insert_rows: return "insertRows";
    case Permission::update_version_row: return "updateVersionRow";
    case Permission::alter_schema: return "alterSchema";
    case Permission::unlock_migrations: return "unlockMigrations";
    case Permission::drop_databases: return "dropDatabases";
    case Permission::prune: return "prune";
  }
  return "?";
}

bool Stack::allows(Permission permission) const {
  return std::find(allow.begin(), allow.end(), permission) != allow.end();
}

std::string Stack::role_of(const std::string& application) const {
  const auto found = std::find_if(applications.begin(), applications.end(), [&](const auto& entry) { return entry.second == application; });
  return found == applications.end() ? std::string() : found->first;
}

const StackDatabase* Stack::database(const std::string& database_name) const {
  const auto found = std::find_if(databases.begin(), databases.end(), [&](const StackDatabase& d) { return d.name == database_name; });
  return found == databases.end() ? nullptr : &*found;
}

namespace {

Json keys_of(const std::optional<SecretKeys>& secret) {
  if (!secret) return nullptr;
  return {secret->name,     secret->username_key, secret->password_key, secret->host_key,
          secret->port_key, secret->database_key, secret->dsn_key};
}

}  // namespace

std::string digest_of_targets(const Stack& stack) {
  Json databases = Json::array();
  for (const StackDatabase& database : stack.databases) {
    const Connection& to = database.connection;
    databases.push_back({database.name, database.dialect, database.target, to.host, to.port, to.database, to.user, keys_of(to.secret),
                         keys_of(database.role_secret), redact_patterns(to.dsn), to.tls.mode, to.tls.ca_secret, to.tls.ca_file});
  }
  const BootstrapExpect& expect = stack.bootstrap;
  const Json done = {expect.temporal_namespaces, expect.query, expect.query_database};
  return sha256_hex(
      Json{stack.ns, stack.name, stack.applications, stack.workload_namespace, stack.workload_selector, databases, done}.dump());
}

}  // namespace refloat
