#include "config/stack_checks.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/text.h"
#include "config/yaml_node.h"
#include "model/stack.h"

namespace refloat {
namespace {

const SourceMark& mark_of(const YamlNode& spec, const char* key) {
  const YamlNode* node = spec.find(key);
  return node == nullptr ? spec.mark : node->mark;
}

bool has_database(const Stack& stack, const std::string& name) {
  return std::any_of(stack.databases.begin(), stack.databases.end(), [&](const StackDatabase& one) { return one.name == name; });
}

void check_one_role_each(const Stack& stack, const YamlNode& spec, Diagnostics& diagnostics) {
  std::map<std::string, std::string> roles;
  for (const auto& [role, application] : stack.applications) {
    const auto [known, fresh] = roles.insert({application, role});
    if (fresh) continue;
    diagnostics.error(mark_of(spec, "applications"), "Application " + application + " has two roles: " + known->second + " and " + role,
                      "one Application, one role");
  }
}

void check_database_names(const Stack& stack, const YamlNode& spec, Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const StackDatabase& database : stack.databases) {
    if (database.name.empty() || names.insert(database.name).second) continue;
    diagnostics.error(mark_of(spec, "databases"), "two databases are called '" + database.name + "'",
                      "steps and evidence name a database: each needs its own name");
  }
}

bool needs_workloads(const Stack& stack) {
  const bool secrets = std::any_of(stack.databases.begin(), stack.databases.end(), [](const StackDatabase& one) {
    return one.connection.secret || one.role_secret || !one.connection.tls.ca_secret.empty();
  });
  return secrets || stack.applications.contains("runtime");
}

void check_workloads(const Stack& stack, const YamlNode& spec, Diagnostics& diagnostics) {
  if (!stack.workload_namespace.empty() || spec.find("workloads") != nullptr || !needs_workloads(stack)) return;
  diagnostics.error(spec.mark, "spec lacks 'workloads'",
                    "add workloads: {namespace: ..., selector: {...}}: where the pods run and the Secrets stand");
}

// Only a first sieve, so that a mistake shows when the file is read; the database side enforces it.
bool is_one_select(const std::string& query) {
  std::string word;
  for (const char c : trim(query).substr(0, 6)) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const std::string body = trim(query);
  const std::size_t semicolon = body.find(';');
  return word == "select" && (semicolon == std::string::npos || semicolon == body.size() - 1);
}

void check_bootstrap(const Stack& stack, const YamlNode& spec, Diagnostics& diagnostics) {
  const BootstrapExpect& expect = stack.bootstrap;
  const bool temporal =
      std::any_of(stack.databases.begin(), stack.databases.end(), [](const StackDatabase& one) { return one.dialect == "temporal"; });
  if (!expect.temporal_namespaces.empty() && !temporal) {
    diagnostics.error(mark_of(spec, "bootstrap"), "temporalNamespaces are expected, but no database has the dialect temporal",
                      "they are read from its table namespaces: declare it under databases");
  }
  if (!expect.query_database.empty() && !has_database(stack, expect.query_database)) {
    diagnostics.error(mark_of(spec, "bootstrap"),
                      "spec.bootstrap.expect.database names no database of this Stack: '" + printable(expect.query_database, 60) + "'", {});
  }
  if (!expect.query.empty() && !is_one_select(expect.query)) {
    diagnostics.error(mark_of(spec, "bootstrap"), "spec.bootstrap.expect.query must be one SELECT",
                      "it is sent read-only and must return true when bootstrap is done");
  }
}

}  // namespace

void check_stack(const Stack& stack, const YamlNode& spec, Diagnostics& diagnostics) {
  if (spec.kind != YamlNode::Kind::map) return;
  check_one_role_each(stack, spec, diagnostics);
  check_database_names(stack, spec, diagnostics);
  check_workloads(stack, spec, diagnostics);
  check_bootstrap(stack, spec, diagnostics);
}

}  // namespace refloat
