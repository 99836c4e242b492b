#include <utility>
#include <vector>

#include "guard/guardrail.h"
#include "model/decision.h"

namespace refloat {

std::vector<Decision> guard(const GuardView& view) {
  std::vector<Decision> out;
  for (const Guardrail& rail : all_guardrails()) {
    Decision decision = rail.decide(view);
    decision.guardrail = rail.name;
    out.push_back(std::move(decision));
  }
  return out;
}

}  // namespace refloat
