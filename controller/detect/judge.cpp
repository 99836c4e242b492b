// Condition trees over facts.
#include <algorithm>
#include <vector>

#include "detect/detect.h"
#include "detect/fact.h"
#include "detect/judgement.h"
#include "model/playbook.h"

namespace refloat {

namespace {

Judgement judge_fact(const Condition& condition, const FactContext& context, bool watched_only) {
  const auto& facts = all_facts();
  const auto found = std::find_if(facts.begin(), facts.end(), [&](const Fact& fact) { return fact.spec.name == condition.fact; });
  if (found == facts.end()) return judged_unknown("there is no fact " + condition.fact);
  if (watched_only && !found->spec.reads.empty()) return judged_unknown(condition.fact + " rests on more than watched objects");
  return found->judge(condition.params, context);
}

Judgement judge_tree(const Condition& condition, const FactContext& context, bool watched_only) {
  if (condition.op == Condition::Op::fact) return judge_fact(condition, context, watched_only);
  std::vector<Judgement> parts;
  parts.reserve(condition.children.size());
  for (const Condition& child : condition.children) parts.push_back(judge_tree(child, context, watched_only));
  if (condition.op == Condition::Op::any) return any_of(parts);
  const Judgement all = all_of(parts);
  return condition.op == Condition::Op::negate ? negation_of(all) : all;
}

}  // namespace

Judgement judge(const Condition& condition, const FactContext& context) {
  return judge_tree(condition, context, false);
}

Judgement judge_watched(const Condition& condition, const FactContext& context) {
  return judge_tree(condition, context, true);
}

}  // namespace refloat
