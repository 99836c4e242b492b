// A fact's parameters as the reader has checked them: present and of the right type, or absent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "detect/fact.h"

namespace refloat {

// The text, or `fallback`.
std::string text_param(const Json& params, const char* name, std::string fallback = {});
std::optional<bool> bool_param(const Json& params, const char* name);

// A list of texts; a single text counts as a list of one. Nothing when absent.
std::optional<std::vector<std::string>> list_param(const Json& params, const char* name);

bool contains(const std::vector<std::string>& list, const std::string& value);

// Whether `version` meets a bound: "1.18", {atMost: "1.0"}, {atLeast: "1.2"}. No version ("") lies below all others.
bool meets_bound(const Json& bound, const std::string& version);

// The Application a fact is about: that of parameter `role`, else the subject's.
struct RoleTarget {
  const Application* application = nullptr;
  bool declared = true;  // false: the Stack has no Application of that role
  std::string why = {};  // why there is none
};
RoleTarget target_application(const Json& params, const FactContext& context);

// The databases a fact is about: that of parameter `database`, else the subject's, else all of the Stack.
std::vector<const StackDatabase*> target_databases(const Json& params, const FactContext& context);

// The limits of the Stack, or the defaults outside any Stack.
Limits limits_of(const FactContext& context);

}  // namespace refloat
