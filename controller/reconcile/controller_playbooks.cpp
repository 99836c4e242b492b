// The controller's part about users' Playbooks: a change of the catalogue, and what stands in the way of reading it.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "cache/relevance.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "reconcile/controller.h"
#include "reconcile/playbook_catalogue.h"
#include "watch/health.h"

namespace refloat {

namespace {

constexpr const char* playbooks_resource = "playbooks.refloat.dev";

// Why a view that may be missing is: "" = it is not, or something that must be there is, which readiness says.
std::string why_refused(const WatchReport& report) {
  if (!report.optional) return {};
  if (report.health.phase == WatchPhase::absent) return "the kind is not installed";
  if (report.health.phase == WatchPhase::denied) return "not allowed: needs verbs list and watch on " + report.resource;
  return {};
}

bool is_unlisted(const WatchReport& report) {
  const bool refused = report.health.phase == WatchPhase::denied || report.health.phase == WatchPhase::absent;
  return report.resource == playbooks_resource && !report.health.synced && !refused;
}

}  // namespace

// In the watching thread, after what came was taken in: a turn that finds the catalogue complete finds all of it.
void Controller::renew_catalogue() {
  const std::set<std::string> changed = catalogue_.refresh();
  const bool settled = playbooks_settled();
  const bool complete_now = settled && !catalogue_complete_.exchange(true);
  if (complete_now || !changed.empty()) use_objects();
  if (changed.empty()) return;
  log_("playbooks changed", {{"usable", catalogue_.count(true)}, {"refused", catalogue_.count(false)}});
  judge_stacks_anew(changed);
  store_.mark_namespaces(changed, catalogue_.take_changed_outside());
}

void Controller::use_objects() {
  std::set<ObjectKind> objects = catalogue_.objects();
  optional_in_use_ = !objects.empty();
  store_.use_objects(std::move(objects));
}

// Which signatures there are decides whether a Stack can be read, and what the last look at it is worth.
void Controller::judge_stacks_anew(const std::set<std::string>& namespaces) {
  std::map<std::string, std::shared_ptr<const Stack>> concerned;
  {
    const std::lock_guard lock(mutex_);
    for (const auto* all : {&stacks_, &unreadable_}) {
      for (const auto& [name, stack] : *all) {
        if (stack && namespaces.contains(stack->ns)) concerned.emplace(name, stack);
      }
    }
  }
  for (const auto& [name, stack] : concerned) {
    if (const auto known = findings_of(stack_prefix + name)) known->set_aside(ports_.clock.now());
    take_in(name, stack);
  }
}

// Without them a plan that rests on one would look like a plan whose playbook is gone. But a list that fails for ever must not keep the
// built-in ones from their work, and a run that rests on users' Playbooks reads them anew anyway.
bool Controller::playbooks_settled() const {
  if (catalogue_complete_ || ports_.clock.now() - began_.load() >= options_.playbooks_wait) return true;
  const std::vector<WatchReport> reports = watcher_.health();
  return std::none_of(reports.begin(), reports.end(), is_unlisted);
}

bool Controller::following(const std::set<std::string>& clusters) const {
  return watcher_.all_following([&](const WatchReport& report) {
    const bool used = !report.optional || (optional_in_use_ && report.resource != playbooks_resource);
    return used && (report.cluster.empty() || clusters.contains(report.cluster));
  });
}

bool Controller::following(const Snapshot& watched) const {
  return following(clusters_of(watched.applications));
}

void Controller::tell_playbooks(const std::stop_token& stop) {
  say_what_is_refused();
  if (!leading_) return;
  catalogue_.tell(
      ports_.kube, events_, ports_.clock.now(), [this](const std::string& why) { log_("playbook status", {{"why", why}}); }, stop);
}

// Once each, and again only when it is another reason.
void Controller::say_what_is_refused() {
  for (const WatchReport& report : watcher_.health()) {
    const std::string why = catalogue_complete_ && is_unlisted(report) ? "they could not be listed yet" : why_refused(report);
    if (why.empty() || std::exchange(refused_said_[{report.resource, report.ns}], why) == why) continue;
    Json fields{{"resource", report.resource}, {"why", why}};
    if (!report.ns.empty()) fields["namespace"] = report.ns;
    log_(report.resource == playbooks_resource ? "only built-in playbooks" : "not watched", fields);
  }
}

}  // namespace refloat
