// Condition trees over facts.
#include <algorithm>
#include <vector>

#include "detect/detect.h"
#include "detect/fact.h"
#include "detect/judgement.h"
#include "model/playbook.h"

namespace refloat {

namespace {

// Which facts may be asked.
enum class Asked {
  all,
  watched,        // those that need no dear read
  one_kind_each,  // of these, those that hold no kind of watched object against another
};

Judgement judge_fact(const Condition& condition, const FactContext& context, Asked asked) {
  const auto& facts = all_facts();
  const auto found = std::find_if(facts.begin(), facts.end(), [&](const Fact& fact) { return fact.spec.name == condition.fact; });
  if (found == facts.end()) return judged_unknown("there is no fact " + condition.fact);
  if (asked != Asked::all && !found->spec.reads.empty()) return judged_unknown(condition.fact + " rests on more than watched objects");
  if (asked == Asked::one_kind_each && found->spec.compares_kinds)
    return judged_unknown(condition.fact + " compares streams that may lag behind each other");
  return found->judge(condition.params, context);
}

Judgement judge_tree(const Condition& condition, const FactContext& context, Asked asked) {
  if (condition.op == Condition::Op::fact) return judge_fact(condition, context, asked);
  std::vector<Judgement> parts;
  parts.reserve(condition.children.size());
  for (const Condition& child : condition.children) parts.push_back(judge_tree(child, context, asked));
  if (condition.op == Condition::Op::any) return any_of(parts);
  const Judgement all = all_of(parts);
  return condition.op == Condition::Op::negate ? negation_of(all) : all;
}

}  // namespace

Judgement judge(const Condition& condition, const FactContext& context) {
  return judge_tree(condition, context, Asked::all);
}

Judgement judge_watched(const Condition& condition, const FactContext& context) {
  return judge_tree(condition, context, Asked::watched);
}

Judgement judge_one_kind_each(const Condition& condition, const FactContext& context) {
  return judge_tree(condition, context, Asked::one_kind_each);
}

}  // namespace refloat
