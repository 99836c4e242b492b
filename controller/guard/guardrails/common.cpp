#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "guard/guardrail.h"
#include "guard/guardrails/guardrails.h"
#include "model/application.h"
#include "model/decision.h"
#include "model/finding.h"
#include "model/playbook.h"

namespace refloat {

namespace {

const Signature* signature_of(const GuardView& view, const Finding& finding) {
  const auto found =
      std::find_if(view.playbooks.begin(), view.playbooks.end(), [&](const Playbook& p) { return p.name == finding.playbook; });
  return found == view.playbooks.end() ? nullptr : &found->signature;
}

// What the catalogue finds on an Application proves it of that Application's operation. A user's Playbook must say so itself: who may write
// one could else end any operation by whatever it finds.
bool dooms(const GuardView& view, const Finding& finding, const Application& app) {
  const bool on_application = finding.subject.kind == "Application";
  if (on_application && finding.subject.uid != app.ref.uid) return false;
  if (on_application && !finding.users_playbook) return true;
  const Signature* signature = signature_of(view, finding);
  if (signature == nullptr) return false;
  const std::string role = view.stack.role_of(app.ref.name);
  return !role.empty() && std::find(signature->dooms.begin(), signature->dooms.end(), role) != signature->dooms.end();
}

}  // namespace

Decision allow(std::string why) {
  return {{}, true, std::move(why), std::nullopt};
}
Decision deny(std::string reason) {
  return {{}, false, std::move(reason), std::nullopt};
}
Decision deny_until(std::string reason, Time retry) {
  return {{}, false, std::move(reason), retry};
}

const Application* step_application(const GuardView& view) {
  return view.step.application.empty() ? nullptr : view.snapshot.application(view.stack.ns, view.step.application);
}

const Application* migrations_application(const GuardView& view) {
  const auto found = view.stack.applications.find("migrations");
  return found == view.stack.applications.end() ? nullptr : view.snapshot.application(view.stack.ns, found->second);
}

bool operation_doomed(const GuardView& view, const Application& app) {
  const auto is = [&](const Finding& f) { return f.recoverable != Recoverable::no && dooms(view, f, app); };
  return std::any_of(view.diagnosis.findings.begin(), view.diagnosis.findings.end(), is) ||
         std::any_of(view.diagnosis.suppressed.begin(), view.diagnosis.suppressed.end(), is);
}

}  // namespace refloat
