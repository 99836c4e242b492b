#include "model/status_condition.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace refloat {
namespace {

std::optional<ConditionStatus> status_named(const std::string& word) {
  for (const ConditionStatus status : {ConditionStatus::yes, ConditionStatus::no, ConditionStatus::unknown}) {
    if (word == to_string(status)) return status;
  }
  return std::nullopt;
}

}  // namespace

const char* to_string(ConditionStatus status) {
  switch (status) {
    case ConditionStatus::yes: return "True";
    case ConditionStatus::no: return "False";
    case ConditionStatus::unknown: return "Unknown";
  }
  return "?";
}

void set_condition(std::vector<StatusCondition>& conditions, StatusCondition condition) {
  const auto same = [&](const StatusCondition& each) { return each.type == condition.type; };
  const auto found = std::find_if(conditions.begin(), conditions.end(), same);
  if (found == conditions.end()) {
    conditions.push_back(std::move(condition));
    return;
  }
  if (found->status == condition.status) condition.last_transition = found->last_transition;
  *found = std::move(condition);
}

const StatusCondition* find_condition(const std::vector<StatusCondition>& conditions, const std::string& type) {
  const auto found = std::find_if(conditions.begin(), conditions.end(), [&](const StatusCondition& each) { return each.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

Json conditions_json(const std::vector<StatusCondition>& conditions) {
  Json list = Json::array();
  for (const StatusCondition& each : conditions) {
    Json json{{"type", each.type},
              {"status", to_string(each.status)},
              {"reason", each.reason},
              {"message", each.message},
              {"lastTransitionTime", format_time(each.last_transition)}};
    if (each.observed_generation > 0) json["observedGeneration"] = each.observed_generation;
    list.push_back(std::move(json));
  }
  return list;
}

std::vector<StatusCondition> conditions_from_json(const Json& list) {
  std::vector<StatusCondition> conditions;
  if (!list.is_array()) return conditions;
  for (const Json& each : list) {
    const auto status = status_named(text_at(each, {"status"}));
    const auto time = parse_time(text_at(each, {"lastTransitionTime"}));
    const std::string type = text_at(each, {"type"});
    if (type.empty() || !status || !time) continue;
    conditions.push_back(
        {type, *status, text_at(each, {"reason"}), text_at(each, {"message"}), *time, int_at(each, {"observedGeneration"})});
  }
  return conditions;
}

}  // namespace refloat
