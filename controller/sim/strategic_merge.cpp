#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/json.h"
#include "sim/patch.h"

namespace refloat::sim {

namespace {

// The field that identifies an element of a list; "" = the list is a set of plain values.
struct ListRule {
  std::string_view list, merge_key;
};
constexpr std::array<ListRule, 10> list_rules{{{"containers", "name"},
                                               {"initContainers", "name"},
                                               {"env", "name"},
                                               {"volumes", "name"},
                                               {"volumeMounts", "mountPath"},
                                               {"ports", "containerPort"},
                                               {"conditions", "type"},
                                               {"ownerReferences", "uid"},
                                               {"imagePullSecrets", "name"},
                                               {"finalizers", ""}}};

const ListRule* rule_of(std::string_view list) {
  const auto* const it = std::ranges::find_if(list_rules, [&](const ListRule& r) { return r.list == list; });
  return it == list_rules.end() ? nullptr : &*it;
}

void merge_set(Json& target, const Json& patch) {
  for (const Json& value : patch) {
    if (std::ranges::find(target, value) == target.end()) {
      target.push_back(value);
    }
  }
}

void merge_element(Json& target, const Json& element, const std::string& key) {
  const auto same = [&](const Json& e) { return e.is_object() && e.contains(key) && element.contains(key) && e[key] == element[key]; };
  const auto it = std::find_if(target.begin(), target.end(), same);
  if (element.value("$patch", "") == "delete") {
    if (it != target.end()) {
      target.erase(it);
    }
    return;
  }
  if (it == target.end()) {
    target.push_back(Json::object());
    strategic_merge(target.back(), element);
  } else {
    strategic_merge(*it, element);
  }
}

void merge_list(Json& target, const Json& patch, const ListRule& rule) {
  if (!target.is_array()) {
    target = Json::array();
  }
  if (rule.merge_key.empty()) {
    merge_set(target, patch);
    return;
  }
  for (const Json& element : patch) {
    merge_element(target, element, std::string(rule.merge_key));
  }
}

// "$deleteFromPrimitiveList/finalizers": [...]
void delete_values(Json& target, const std::string& directive, const Json& values) {
  const std::string list = directive.substr(directive.find('/') + 1);
  if (!target.contains(list)) {
    return;
  }
  Json kept = Json::array();
  for (const Json& value : target[list]) {
    if (std::ranges::find(values, value) == values.end()) {
      kept.push_back(value);
    }
  }
  target[list] = kept;
}

void merge_field(Json& target, const std::string& key, const Json& value) {
  const ListRule* rule = rule_of(key);
  if (key.starts_with("$deleteFromPrimitiveList/")) {
    delete_values(target, key, value);
  } else if (key.starts_with("$")) {
    return;  // ordering directives do not change what we look at
  } else if (value.is_null()) {
    target.erase(key);
  } else if (value.is_object()) {
    strategic_merge(target[key], value);
  } else if (value.is_array() && rule != nullptr) {
    merge_list(target[key], value, *rule);
  } else {
    target[key] = value;
  }
}

}  // namespace

void strategic_merge(Json& target, const Json& patch) {
  if (!target.is_object() || patch.value("$patch", "") == "replace") {
    target = Json::object();
  }
  for (const auto& [key, value] : patch.items()) {
    merge_field(target, key, value);
  }
}

}  // namespace refloat::sim
