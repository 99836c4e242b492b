// The verification at the end: named goals must all hold on a fresh snapshot.
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "execute/action.h"
#include "execute/actions/actions.h"
#include "execute/moves.h"
#include "model/playbook.h"
#include "model/vocabulary.h"
#include "verify/goals.h"

namespace refloat {

namespace {

std::vector<std::string> expected(const StepView& view) {
  std::vector<std::string> out;
  const Json& list = at_path(view.step.params, {"expect"});
  if (!list.is_array()) return out;
  for (const Json& name : list) {
    if (name.is_string()) out.push_back(name.get<std::string>());
  }
  return out;
}

Move next(const StepView& view) {
  std::string seen;
  for (const std::string& name : expected(view)) {
    const Goal one = goal(name, view.stack, view.snapshot);
    if (!one.reached) return wait(one.seen);
    seen += (seen.empty() ? "" : "; ") + one.seen;
  }
  // Argo CD's picture of an Application may still be the one from before our last effect; what holds must go on holding.
  const Duration held = view.now - view.run.started_at.value_or(view.now);
  if (held < view.stack.limits.settle) return wait("holds so far: " + seen);
  return done(seen);
}

std::string describe_step(const StepView& view) {
  std::string out = "verify";
  for (const std::string& name : expected(view)) out += " " + name;
  return out;
}

}  // namespace

Action expect_action() {
  return {{"verify",
           "Waits until every named goal holds on a fresh look.",
           {Phase::verify},
           {{"expect", ParamSpec::Type::text_list, goal_names(), true, "goals that must hold"}},
           std::nullopt,
           false},
          next,
          no_writes,
          describe_step};
}

}  // namespace refloat
