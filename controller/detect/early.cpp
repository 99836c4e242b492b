// What watched objects alone prove, and whether what they cannot tell may explain it.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "detect/causes.h"
#include "detect/detect.h"
#include "detect/fact.h"
#include "detect/finding_of.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

namespace {

bool holds(const std::vector<Finding>& findings, const std::string& id) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.id == id; });
}

// Whether that look went into it and saw nothing of it.
bool saw_nothing_of(const Found& cause, const StackDiagnosis& look) {
  const Finding& finding = cause.finding;
  return look.unexamined.empty() && !is_pending(look, finding.signature, finding.subject) && !holds(look.findings, finding.id) &&
         !holds(look.suppressed, finding.id);
}

class EarlyLook {
 public:
  explicit EarlyLook(const StackDiagnosis& latest) : latest_(latest) {}

  void examine(const Playbook& playbook, const FactContext& context) {
    const Judgement confirmed = judge_one_kind_each(playbook.signature.confirm, context);
    switch (confirmed.truth) {
      case Truth::no: return;
      case Truth::yes: found_.push_back({make_finding(playbook, context, confirmed), &playbook.signature}); return;
      case Truth::soon:
        early_.look_again_at = std::min(early_.look_again_at.value_or(Time::max()), confirmed.at.value_or(context.now));
        return consider(playbook.signature, context);
      case Truth::unknown: return consider(playbook.signature, context);
    }
  }

  Early finish() {
    StackDiagnosis diagnosis;
    separate_causes(found_, diagnosis);
    for (Finding& finding : diagnosis.findings) {
      if (!may_be_an_effect(finding)) early_.findings.push_back(std::move(finding));
    }
    return std::move(early_);
  }

 private:
  // Only time or a dear read can tell; suspicion alone is reason enough to wait for that.
  void consider(const Signature& signature, const FactContext& context) {
    Found cause{{}, &signature};
    cause.finding.subject = reference(context);
    cause.finding.id = finding_id(signature, context);
    cause.finding.signature = signature.id;
    const bool suspected = judge_watched(signature.suspect, context).truth != Truth::no;
    if (suspected || !saw_nothing_of(cause, latest_)) untold_.push_back(std::move(cause));
  }

  [[nodiscard]] bool may_be_an_effect(const Finding& finding) const {
    const auto found = std::find_if(found_.begin(), found_.end(), [&](const Found& each) { return each.finding.id == finding.id; });
    return std::any_of(untold_.begin(), untold_.end(), [&](const Found& cause) { return explains(cause, *found); });
  }

  const StackDiagnosis& latest_;
  std::vector<Found> found_;
  std::vector<Found> untold_;  // what may hold, for all we see
  Early early_;
};

}  // namespace

Early detect_early(const std::vector<Playbook>& playbooks, const Stack& stack, const Snapshot& watched, const StackDiagnosis& latest,
                   Time now) {
  if (!watched.unexamined.empty()) return {};
  EarlyLook look(latest);
  for (const Playbook& playbook : playbooks) {
    for (const Subject& subject : subjects_of(playbook.signature, stack, watched)) look.examine(playbook, {&stack, watched, subject, now});
  }
  return look.finish();
}

}  // namespace refloat
