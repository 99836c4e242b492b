#include "detect/params.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "detect/fact.h"
#include "model/application.h"
#include "model/stack.h"
#include "model/versions.h"

namespace refloat {

namespace {

const Json* param(const Json& params, const char* name) {
  const auto found = params.find(name);
  return found == params.end() || found->is_null() ? nullptr : &*found;
}

// -1, 0, 1; "" below everything.
int order(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
  return compare_versions(a, b).value_or(-1);
}

}  // namespace

std::string text_param(const Json& params, const char* name, std::string fallback) {
  const Json* value = param(params, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::move(fallback);
}

std::optional<bool> bool_param(const Json& params, const char* name) {
  const Json* value = param(params, name);
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

std::optional<std::vector<std::string>> list_param(const Json& params, const char* name) {
  const Json* value = param(params, name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::vector<std::string>{value->get<std::string>()};
  std::vector<std::string> out;
  for (const Json& item : *value) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool meets_bound(const Json& bound, const std::string& version) {
  if (bound.is_string()) return order(version, bound.get<std::string>()) == 0;
  const std::string at_most = text_at(bound, {"atMost"});
  const std::string at_least = text_at(bound, {"atLeast"});
  return (at_most.empty() || order(version, at_most) <= 0) && (at_least.empty() || order(version, at_least) >= 0);
}

RoleTarget target_application(const Json& params, const FactContext& context) {
  const std::string role = text_param(params, "role");
  if (role.empty()) {
    return context.subject.application != nullptr ? RoleTarget{context.subject.application, true, {}}
                                                  : RoleTarget{nullptr, false, "no role is given and the subject is no Application"};
  }
  if (context.stack == nullptr) return {nullptr, false, "outside any Stack there is no role " + role};
  const auto entry = context.stack->applications.find(role);
  if (entry == context.stack->applications.end()) return {nullptr, false, "the Stack names no Application of role " + role};
  const Application* found = context.snapshot.application(context.stack->ns, entry->second);
  if (found == nullptr) return {nullptr, true, "Application " + context.stack->ns + "/" + entry->second + " is not there"};
  return {found, true, {}};
}

std::vector<const StackDatabase*> target_databases(const Json& params, const FactContext& context) {
  const std::string name = text_param(params, "database");
  if (name.empty() && context.subject.database != nullptr) return {context.subject.database};
  std::vector<const StackDatabase*> out;
  if (context.stack == nullptr) return out;
  const bool every = name.empty() || name == "all" || name == "any";
  for (const StackDatabase& database : context.stack->databases) {
    if (every || database.name == name) out.push_back(&database);
  }
  return out;
}

Limits limits_of(const FactContext& context) {
  return context.stack != nullptr ? context.stack->limits : Limits{};
}

}  // namespace refloat
