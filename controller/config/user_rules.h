// What a user's Playbook may not ask for, although one of the catalogue may. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {

// Few recoveries run at the same time, for all namespaces: none may keep its place for ever.
inline constexpr Duration user_step_max = std::chrono::hours(1);
// A Recovery holds the steps of all causes, and has to be stored: a playbook that fills it would strand what the catalogue would do.
inline constexpr std::size_t user_steps_bytes_max = std::size_t{32} * 1024;
inline constexpr std::size_t user_text_bytes_max = 1024;

// The first rule that it breaks: field, what is wrong, what to do; "" = none. `spec` is what it was read from.
std::string broken_user_rule(const Playbook& playbook, const Json& spec, const Vocabulary& vocabulary);

}  // namespace refloat
