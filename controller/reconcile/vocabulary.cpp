#include "model/vocabulary.h"

#include "detect/fact.h"
#include "execute/action.h"
#include "reconcile/reconcile.h"

namespace refloat {

Vocabulary vocabulary() {
  Vocabulary out;
  for (const Fact& fact : all_facts()) out.facts.push_back(fact.spec);
  for (const Action& action : all_actions()) out.actions.push_back(action.spec);
  return out;
}

}  // namespace refloat
