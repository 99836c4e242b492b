// Every signature on every subject it is for.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "detect/causes.h"
#include "detect/detect.h"
#include "detect/fact.h"
#include "detect/finding_of.h"
#include "detect/placeholders.h"
#include "model/application.h"
#include "model/database_reading.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

namespace {

// As the probes name it, so that one gap is listed once.
std::string gap_name(const FactContext& context) {
  if (context.subject.application != nullptr) return "Application " + subject_name(context);
  return (context.subject.database != nullptr ? "database " : "Stack ") + subject_name(context);
}

void add_gap(std::vector<Unexamined>& gaps, Unexamined gap) {
  const bool known = std::any_of(gaps.begin(), gaps.end(), [&](const Unexamined& g) { return g.what == gap.what; });
  if (!known) gaps.push_back(std::move(gap));
}

// One diagnosis in the making.
class Examination {
 public:
  explicit Examination(StackDiagnosis& diagnosis) : diagnosis_(diagnosis) {}

  void examine(const Playbook& playbook, const FactContext& context) {
    const Judgement confirmed = judge(playbook.signature.confirm, context);
    switch (confirmed.truth) {
      case Truth::no: return;
      case Truth::yes: found_.push_back({make_finding(playbook, context, confirmed), &playbook.signature}); return;
      case Truth::unknown: add_gap(diagnosis_.unexamined, {gap_name(context), confirmed.why}); return;
      case Truth::soon:
        diagnosis_.pending.push_back({playbook.signature.id, reference(context), confirmed.why, confirmed.at.value_or(context.now)});
        return;
    }
  }

  void finish() { separate_causes(std::move(found_), diagnosis_); }

 private:
  StackDiagnosis& diagnosis_;
  std::vector<Found> found_;
};

// Without the list nothing is known to be absent, and the list itself is reported.
bool applications_listed(const Snapshot& snapshot) {
  return std::none_of(snapshot.unexamined.begin(), snapshot.unexamined.end(),
                      [](const Unexamined& gap) { return gap.what.starts_with("applications.argoproj.io"); });
}

// What no signature can speak about: absent Applications, databases not read or read through a pooler.
void note_gaps(const Stack& stack, const Snapshot& snapshot, std::vector<Unexamined>& gaps) {
  for (const auto& [role, name] : stack.applications) {
    if (snapshot.application(stack.ns, name) != nullptr || !applications_listed(snapshot)) continue;
    add_gap(gaps, {std::string("Application ").append(name).append(" (").append(role).append(")"), "not found in namespace " + stack.ns,
                   ErrorKind::not_found});
  }
  for (const StackDatabase& database : stack.databases) {
    const auto found = snapshot.databases.find(database.name);
    if (found == snapshot.databases.end()) {
      add_gap(gaps, {"database " + database.name, "was not read"});
    } else if (found->second.reach == Reach::unexamined) {
      add_gap(gaps, {"database " + database.name, found->second.detail.empty() ? "was not examined" : found->second.detail});
    } else if (found->second.reach == Reach::ok && !found->second.direct) {
      add_gap(gaps, {"database " + database.name, "a connection pooler answers: name PostgreSQL itself in the Stack", ErrorKind::invalid});
    }
  }
}

// How much "nothing found" speaks of.
void count_examined(const Stack& stack, const Snapshot& snapshot, StackDiagnosis& diagnosis) {
  for (const auto& [role, name] : stack.applications) {
    if (snapshot.application(stack.ns, name) != nullptr) ++diagnosis.applications_examined;
  }
  for (const StackDatabase& database : stack.databases) {
    const auto found = snapshot.databases.find(database.name);
    if (found != snapshot.databases.end() && found->second.reach != Reach::unexamined) ++diagnosis.databases_examined;
  }
}

bool in_any_stack(const Application& app, const std::vector<Stack>& stacks) {
  return std::any_of(stacks.begin(), stacks.end(),
                     [&](const Stack& stack) { return stack.ns == app.ref.ns && !stack.role_of(app.ref.name).empty(); });
}

}  // namespace

StackDiagnosis diagnose_stack(const std::vector<Playbook>& playbooks, const Stack& stack, const Snapshot& snapshot, Time now) {
  StackDiagnosis diagnosis;
  diagnosis.name = stack.name;
  diagnosis.ns = stack.ns;
  for (const Unexamined& gap : snapshot.unexamined) add_gap(diagnosis.unexamined, gap);
  note_gaps(stack, snapshot, diagnosis.unexamined);
  count_examined(stack, snapshot, diagnosis);
  Examination examination(diagnosis);
  for (const Playbook& playbook : playbooks) {
    for (const Subject& subject : subjects_of(playbook.signature, stack, snapshot)) {
      examination.examine(playbook, {&stack, snapshot, subject, now});
    }
  }
  examination.finish();
  return diagnosis;
}

StackDiagnosis diagnose_applications(const std::vector<Playbook>& playbooks, const std::vector<Stack>& stacks, const Snapshot& snapshot,
                                     Time now) {
  StackDiagnosis diagnosis;
  for (const Unexamined& gap : snapshot.unexamined) add_gap(diagnosis.unexamined, gap);
  diagnosis.applications_examined = static_cast<int>(std::count_if(snapshot.applications.begin(), snapshot.applications.end(),
                                                                   [&](const Application& app) { return !in_any_stack(app, stacks); }));
  Examination examination(diagnosis);
  for (const Playbook& playbook : playbooks) {
    if (playbook.signature.needs_stack || playbook.signature.scope != Scope::application) continue;
    for (const Application& app : snapshot.applications) {
      if (!playbook.ns.empty() && playbook.ns != app.ref.ns) continue;
      if (!in_any_stack(app, stacks)) examination.examine(playbook, {nullptr, snapshot, {&app, nullptr}, now});
    }
  }
  examination.finish();
  return diagnosis;
}

std::optional<Time> suspicious_from(const std::vector<Playbook>& playbooks, const Stack& stack, const Snapshot& snapshot, Time now) {
  std::optional<Time> from;
  for (const Playbook& playbook : playbooks) {
    for (const Subject& subject : subjects_of(playbook.signature, stack, snapshot)) {
      const Judgement suspected = judge(playbook.signature.suspect, {&stack, snapshot, subject, now});
      if (suspected.truth == Truth::yes) return now;
      if (suspected.truth == Truth::soon) from = std::min(from.value_or(Time::max()), std::max(now, suspected.at.value_or(now)));
    }
  }
  return from;
}

}  // namespace refloat
