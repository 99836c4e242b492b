#include "detect/finding_of.h"

#include <algorithm>
#include <string>
#include <vector>

#include "detect/detect.h"
#include "detect/fact.h"
#include "detect/judgement.h"
#include "detect/placeholders.h"
#include "model/application.h"
#include "model/evidence.h"
#include "model/finding.h"
#include "model/object_ref.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

namespace {

std::vector<Subject> application_subjects(const Stack& stack, const Snapshot& snapshot) {
  std::vector<Subject> out;
  for (const Application& app : snapshot.applications) {
    if (app.ref.ns == stack.ns && !stack.role_of(app.ref.name).empty()) out.push_back({&app, nullptr});
  }
  return out;
}

std::vector<Subject> database_subjects(const Stack& stack, const std::vector<std::string>& dialects) {
  std::vector<Subject> out;
  for (const StackDatabase& database : stack.databases) {
    const bool wanted = dialects.empty() || std::find(dialects.begin(), dialects.end(), database.dialect) != dialects.end();
    if (wanted) out.push_back({nullptr, &database});
  }
  return out;
}

// What raised the suspicion comes and goes (restarts, messages); a plan must not depend on it.
void add_support(std::vector<Evidence>& evidence, std::vector<Evidence> support) {
  for (Evidence& item : support) item.supporting = true;
  add_evidence(evidence, support);
}

}  // namespace

ObjectRef reference(const FactContext& context) {
  if (context.subject.application != nullptr) return context.subject.application->ref;
  if (context.subject.database != nullptr) return {"Database", context.stack->ns, context.subject.database->name, {}};
  return {"Stack", context.stack->ns, context.stack->name, {}};
}

std::string finding_id(const Signature& signature, const FactContext& context) {
  const ObjectRef subject = reference(context);
  return signature.id + "/" + (context.stack == nullptr ? subject.ns + "/" : "") + subject.name;
}

std::vector<Subject> subjects_of(const Signature& signature, const Stack& stack, const Snapshot& snapshot) {
  switch (signature.scope) {
    case Scope::stack: return {Subject{}};
    case Scope::application: return application_subjects(stack, snapshot);
    case Scope::database: return database_subjects(stack, signature.dialects);
  }
  return {};
}

Finding make_finding(const Playbook& playbook, const FactContext& context, const Judgement& confirmed) {
  const Signature& signature = playbook.signature;
  const Judgement suspected = judge(signature.suspect, context);
  Finding finding;
  finding.subject = reference(context);
  finding.id = finding_id(signature, context);
  finding.signature = signature.id;
  finding.severity = signature.severity;
  finding.recoverable = signature.recoverable;
  finding.summary = fill_placeholders(signature.meaning, context);
  finding.durable_fix = fill_placeholders(signature.durable_fix, context);
  finding.playbook = playbook.steps.empty() ? "" : playbook.name;
  finding.users_playbook = !playbook.ns.empty();
  finding.since = confirmed.since ? confirmed.since : suspected.since;
  finding.evidence = confirmed.evidence;
  if (suspected.truth == Truth::yes) add_support(finding.evidence, suspected.evidence);
  return finding;
}

}  // namespace refloat
