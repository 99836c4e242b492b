// A condition of a Kubernetes object's status (metav1.Condition): what people and `kubectl wait` read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace refloat {

enum class ConditionStatus { yes, no, unknown };

const char* to_string(ConditionStatus status);  // "True", "False", "Unknown"

struct StatusCondition {
  std::string type;
  ConditionStatus status = ConditionStatus::unknown;
  std::string reason;  // one CamelCase word, stable for programs
  std::string message;
  Time last_transition{};                // when `status` last changed
  std::int64_t observed_generation = 0;  // of the object it was judged on; 0 = not said
};

// Bytes of a message: what is longer is cut.
inline constexpr std::size_t condition_message_bytes_max = 1000;

// Sets or adds it; the time of the last transition is kept when `status` is the same as before.
void set_condition(std::vector<StatusCondition>& conditions, StatusCondition condition);

// Null when there is none of that type.
const StatusCondition* find_condition(const std::vector<StatusCondition>& conditions, const std::string& type);

// As status.conditions holds them. Reading leaves out what is no condition: they are for people, nothing decides on them.
Json conditions_json(const std::vector<StatusCondition>& conditions);
std::vector<StatusCondition> conditions_from_json(const Json& list);

}  // namespace refloat
