#include "journal/crd_journal.h"

#include <algorithm>
#include <vector>

namespace refloat {
namespace {

void add_application(const ObjectRef& ref, std::set<std::string>& uids) {
  if (ref.kind == "Application" && !ref.uid.empty()) uids.insert(ref.uid);
}

// A process that died between creating the object and its first status had done nothing yet: every step still waits.
void complete_status(Json& object) {
  if (!at_path(object, {"status"}).empty()) return;
  Json steps = Json::array();
  for (const Json& phase : at_path(object, {"spec", "plan", "phases"})) {
    for (const Json& step : at_path(phase, {"steps"})) {
      steps.push_back({{"id", text_at(step, {"id"})}, {"state", "waiting"}, {"attempts", 0}, {"message", ""}, {"effects", Json::array()}});
    }
  }
  object["status"] = {{"holder", ""},
                      {"startedAt", text_at(object, {"spec", "plan", "madeAt"})},
                      {"verdict", "Running"},
                      {"message", ""},
                      {"steps", std::move(steps)}};
}

class CrdJournal final : public Journal {
 public:
  CrdJournal(KubeApi& api, std::string ns) : api_(api), ns_(std::move(ns)) {}

  std::string where() const override { return "recoveries.refloat.dev in namespace " + ns_; }

  Result<std::optional<Recovery>> unfinished(const std::string& ns, const std::string& stack) override {
    if (ns != ns_) return Error{ErrorKind::invalid, "this journal is not of namespace " + ns};
    Result<std::vector<Recovery>> open = open_recoveries(stack);
    if (!open) return open.error();
    if (open->empty()) return std::optional<Recovery>();
    if (open->size() > 1) {
      return Error{ErrorKind::invalid,
                   "two recoveries of Stack " + stack + " are unfinished: " + (*open)[0].name + " and " + (*open)[1].name,
                   "abort one of them"};
    }
    return std::optional(std::move(open->front()));
  }

  Result<> save(Recovery& recovery) override {
    if (recovery.ns != ns_) return Error{ErrorKind::invalid, "this journal is not of namespace " + recovery.ns};
    const Result<Recovery> stored = fit(recovery, recovery_bytes_max);
    if (!stored) return stored.error();
    if (!recovery.resource_version.empty()) return update(*stored, recovery);
    if (Result<> alone = acts_alone(recovery); !alone) return alone;
    if (Result<> created = create(*stored, recovery); !created) return created;
    // Two that started together have both passed the first look; at least one sees the other in the second.
    const Result<> still_alone = acts_alone(recovery);
    return still_alone ? ok() : withdraw(recovery, still_alone.error());
  }

 private:
  [[nodiscard]] Resource resource(const std::string& name, const std::string& subresource = {}) const {
    return {"refloat.dev", "v1alpha1", "recoveries", ns_, name, subresource};
  }

  // Unfinished recoveries, of one Stack or (empty) of all. One that cannot be read is an error: it may be unfinished.
  Result<std::vector<Recovery>> open_recoveries(const std::string& stack) {
    Result<ObjectList> list = api_.list(resource({}), {});
    if (!list) return list.error().wrap("list recoveries in namespace " + ns_);
    std::vector<Recovery> open;
    for (Json& object : list->items) {
      if (!stack.empty() && text_at(object, {"spec", "stack"}) != stack) continue;
      complete_status(object);
      const std::string verdict = text_at(object, {"status", "verdict"});
      if (verdict == to_string(Verdict::recovered) || verdict == to_string(Verdict::failed) || verdict == to_string(Verdict::aborted) ||
          verdict == to_string(Verdict::refused)) {
        continue;
      }
      Result<Recovery> recovery = recovery_from_json(object);
      if (!recovery) return recovery.error().wrap("recovery " + text_at(object, {"metadata", "name"}));
      open.push_back(std::move(*recovery));
    }
    return open;
  }

  Result<> acts_alone(const Recovery& recovery) {
    Result<std::vector<Recovery>> open = open_recoveries({});
    if (!open) return open.error();
    const std::set<std::string> ours = application_uids(recovery.plan);
    for (const Recovery& other : *open) {
      if (other.name == recovery.name) continue;
      const std::set<std::string> theirs = application_uids(other.plan);
      const bool shared = std::any_of(ours.begin(), ours.end(), [&](const std::string& uid) { return theirs.contains(uid); });
      if (!shared && other.stack != recovery.stack) continue;
      return Error{ErrorKind::stale,
                   "recovery " + other.name + " of Stack " + other.stack + " is not finished and acts on the same Applications",
                   "resume or abort it first"};
    }
    return ok();
  }

  Result<> create(const Recovery& stored, Recovery& recovery) {
    Json object = to_json(stored);
    object.erase("status");
    const Result<Json> created = api_.create(resource({}), object, {});
    if (!created) return created.error().wrap("create recovery " + recovery.name);
    recovery.resource_version = text_at(*created, {"metadata", "resourceVersion"});
    return update(stored, recovery);
  }

  Result<> update(const Recovery& stored, Recovery& recovery) {
    const Json object = to_json(stored);
    const Json patch{{"metadata", {{"resourceVersion", recovery.resource_version}}}, {"status", object.at("status")}};
    const Result<Json> answer = api_.patch(resource(recovery.name, "status"), PatchType::merge, patch, {});
    if (answer) {
      recovery.resource_version = text_at(*answer, {"metadata", "resourceVersion"});
      return ok();
    }
    const ErrorKind kind = answer.error().kind;
    const bool unsure = kind == ErrorKind::ambiguous || kind == ErrorKind::stale;
    if (unsure && already_stored(object.at("status"), recovery)) return ok();
    return answer.error().wrap("save recovery " + recovery.name);
  }

  // A lost answer: the status that stands there tells whether it was ours.
  bool already_stored(const Json& status, Recovery& recovery) {
    const Result<Json> now = api_.get(resource(recovery.name));
    if (!now || at_path(*now, {"status"}) != status) return false;
    recovery.resource_version = text_at(*now, {"metadata", "resourceVersion"});
    return true;
  }

  Result<> withdraw(Recovery& recovery, const Error& why) {
    recovery.verdict = Verdict::aborted;
    recovery.message = why.message;
    const Result<> saved = update(recovery, recovery);
    return saved ? Result<>(why) : saved;
  }

  KubeApi& api_;
  std::string ns_;
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
