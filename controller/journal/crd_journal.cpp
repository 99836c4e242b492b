#include "journal/crd_journal.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "journal/journal.h"
#include "journal/recovery_objects.h"
#include "kube/kube_api.h"
#include "model/finding.h"
#include "model/object_ref.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/write.h"

namespace refloat {
namespace {

void add_application(const ObjectRef& ref, std::set<std::string>& uids) {
  if (ref.kind == "Application" && !ref.uid.empty()) uids.insert(ref.uid);
}

class CrdJournal final : public Journal {
 public:
  CrdJournal(KubeApi& api, std::string ns) : api_(api), ns_(std::move(ns)) {}

  std::string where() const override { return "recoveries.refloat.dev in namespace " + ns_; }

  Result<std::optional<Recovery>> unfinished(const std::string& ns, const std::string& stack) override {
    if (ns != ns_) return Error{ErrorKind::invalid, "this journal is not of namespace " + ns};
    Result<std::vector<Recovery>> open = open_recoveries(api_, ns_, stack);
    if (!open) return open.error();
    if (open->empty()) return std::optional<Recovery>();
    if (open->size() > 1) {
      return Error{ErrorKind::invalid,
                   "two recoveries of Stack " + stack + " are unfinished: " + (*open)[0].name + " and " + (*open)[1].name,
                   "abort one of them"};
    }
    remember(open->front());
    return std::optional(std::move(open->front()));
  }

  Result<> save(Recovery& recovery) override {
    if (recovery.ns != ns_) return Error{ErrorKind::invalid, "this journal is not of namespace " + recovery.ns};
    const Result<Recovery> stored = fit(recovery, recovery_bytes_max);
    if (!stored) return stored.error();
    if (!recovery.resource_version.empty()) return go_on(*stored, recovery);
    if (Result<> alone = acts_alone(api_, recovery); !alone) return alone;
    if (Result<> created = create(*stored, recovery); !created) return created;
    // Two that started together have both passed the first look; at least one sees the other in the second.
    const Result<> still_alone = acts_alone(api_, recovery);
    if (still_alone) alone_.insert(recovery.name);
    return still_alone ? ok() : withdraw(recovery, still_alone.error());
  }

 private:
  // What the status was in the version that a caller holds.
  struct Saved {
    Json status;
    std::string resource_version;
  };

  void remember(const Recovery& recovery) { remember(recovery, recovery.resource_version); }
  void remember(const Recovery& stored, const std::string& resource_version) {
    saved_[stored.name] = {to_json(stored).at("status"), resource_version};
  }

  // Whoever made one that this process takes over may have died before its second look.
  Result<> go_on(const Recovery& stored, Recovery& recovery) {
    const bool ends = recovery.verdict != Verdict::running;
    if (ends || alone_.contains(recovery.name)) return update(stored, recovery);
    const Result<> alone = acts_alone(api_, recovery);
    if (!alone && alone.error().kind == ErrorKind::stale && !has_acted(recovery)) return withdraw(recovery, alone.error());
    if (!alone) return alone;
    alone_.insert(recovery.name);
    return update(stored, recovery);
  }

  Result<> create(const Recovery& stored, Recovery& recovery) {
    const Result<Json> created = api_.create(recovery_resource(ns_), object_to_create(stored), {});
    if (!created) return created.error().wrap("create recovery " + recovery.name);
    adopt_metadata(*created, recovery);
    return update(stored, recovery);
  }

  Result<> update(const Recovery& stored, Recovery& recovery) {
    Result<> written = write_recovery_status(api_, stored, recovery);
    if (!written && written.error().kind == ErrorKind::stale) written = update_beside_spec(stored, recovery, written.error());
    if (written) remember(stored, recovery.resource_version);
    return written;
  }

  // A person may have annotated or decided about it in between. The journal itself is its status: while that is still as it was last
  // seen, nobody else runs it, and only a decision that ends it stops this run.
  Result<> update_beside_spec(const Recovery& stored, Recovery& recovery, const Error& stale) {
    const Result<Json> now = api_.get(recovery_resource(ns_, recovery.name));
    const auto seen = saved_.find(recovery.name);
    const bool from_here = seen != saved_.end() && seen->second.resource_version == recovery.resource_version;
    if (!now || !from_here || at_path(*now, {"status"}) != seen->second.status) return stale;
    const Result<Recovery> other = recovery_from_json(*now);
    if (!other || other->uid != recovery.uid) return stale;
    recovery.approval = other->approval;
    if (const auto ending = ending_asked_for(recovery))
      return Error{ErrorKind::stale, "recovery " + recovery.name + " is " + ending->message};
    adopt_metadata(*now, recovery);
    Recovery again = stored;
    again.approval = recovery.approval;
    again.generation = recovery.generation;
    return write_recovery_status(api_, again, recovery);
  }

  Result<> withdraw(Recovery& recovery, const Error& why) {
    recovery.verdict = Verdict::aborted;
    recovery.message = why.message;
    recovery.finished_at = recovery.started_at;
    const Result<> saved = update(recovery, recovery);
    return saved ? Result<>(why) : saved;
  }

  KubeApi& api_;
  std::string ns_;
  std::set<std::string> alone_;         // names of those that this process has seen to be the only one on their Applications
  std::map<std::string, Saved> saved_;  // by name, as this process last read or wrote it
};

}  // namespace

std::set<std::string> application_uids(const Plan& plan) {
  std::set<std::string> uids;
  for (const auto* findings : {&plan.findings, &plan.suppressed}) {
    for (const Finding& finding : *findings) add_application(finding.subject, uids);
  }
  for (const PlanStep& step : plan.steps) {
    for (const Write& write : step.writes) {
      if (const auto* kube = std::get_if<KubeWrite>(&write)) add_application(kube->object, uids);
    }
  }
  return uids;
}

std::unique_ptr<Journal> make_crd_journal(KubeApi& api, const std::string& ns) {
  return std::make_unique<CrdJournal>(api, ns);
}

}  // namespace refloat
