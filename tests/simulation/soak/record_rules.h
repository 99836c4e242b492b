// What the records of a whole run must hold, whoever wrote them. Pure: each answers what is wrong, "" = nothing.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat::simulation {

// S6: steps, effects and verdicts only go forward, and no effect is forgotten.
std::string journal_fault(const Recovery& before, const Recovery& after);

// I4: the steps stand in the order of their phases, and none has an effect before those in front of it are over.
std::string order_fault(const Recovery& recovery);

// I5: two Recoveries that act at once on one Application.
std::string overlap(const std::vector<Recovery>& open);

// I10: no step tries more often, and no more Recoveries act, than the Stack's limits allow. All of one Stack within its window.
std::string excess(const std::vector<Recovery>& recoveries, const Limits& limits);

// I8: the first of these secrets that a written object holds anywhere, by its place; never the secret itself.
std::string secret_within(const Json& object, const std::vector<std::string>& secrets);

// I9: the finalizers that are gone and were not Argo CD's own of a hook.
std::string foreign_finalizers_gone(const Json& before, const Json& after);

}  // namespace refloat::simulation
