#include "model/stack.h"

#include <algorithm>
#include <string>

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

}  // namespace refloat
