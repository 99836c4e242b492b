#include "simulation/mortal.h"

#include <utility>

namespace refloat::simulation {

namespace {

bool is_effect(const Resource& resource, bool dry_run) {
  return !dry_run && resource.plural != "leases" && resource.plural != "recoveries" && resource.plural != "selfsubjectaccessreviews";
}

// Carries an effect out, dying where fate says.
template <class Answer, class Call>
Answer live_through(Fate& fate, std::string what, Call call) {
  fate.pass(Boundary::before_sending);
  Answer answer = call();
  if (answer) fate.effects.push_back(std::move(what));
  fate.pass(Boundary::before_answer);
  fate.pass(Boundary::after_answer);
  ++fate.sent;
  return answer;
}

}  // namespace

const char* to_string(Boundary boundary) {
  switch (boundary) {
    case Boundary::before_sending: return "before sending";
    case Boundary::before_answer: return "after the effect, before its answer";
    case Boundary::after_answer: return "after the answer";
  }
  return "?";
}

Result<Json> MortalKube::create(const Resource& r, const Json& b, const WriteOptions& o) {
  if (fate_.dead) return gone();
  if (!is_effect(r, o.dry_run)) return api_.create(r, b, o);
  return live_through<Result<Json>>(fate_, "create " + r.path(), [&] { return api_.create(r, b, o); });
}

Result<Json> MortalKube::replace(const Resource& r, const Json& b, const WriteOptions& o) {
  if (fate_.dead) return gone();
  if (!is_effect(r, o.dry_run)) return api_.replace(r, b, o);
  return live_through<Result<Json>>(fate_, "replace " + r.path(), [&] { return api_.replace(r, b, o); });
}

Result<Json> MortalKube::patch(const Resource& r, PatchType t, const Json& b, const WriteOptions& o) {
  if (fate_.dead) return gone();
  if (!is_effect(r, o.dry_run)) return api_.patch(r, t, b, o);
  return live_through<Result<Json>>(fate_, "patch " + r.path(), [&] { return api_.patch(r, t, b, o); });
}

Result<Json> MortalKube::remove(const Resource& r, const DeleteOptions& o) {
  if (fate_.dead) return gone();
  if (!is_effect(r, o.dry_run)) return api_.remove(r, o);
  return live_through<Result<Json>>(fate_, "delete " + r.path() + " " + o.uid, [&] { return api_.remove(r, o); });
}

Result<RepairAnswer> MortalDatabases::repair(const DatabaseTarget& t, const RepairRequest& r) {
  if (r.rehearse) return databases_.repair(t, r);
  return live_through<Result<RepairAnswer>>(fate_, std::string("repair ") + t.name + " " + refloat::to_string(r.kind),
                                            [&] { return databases_.repair(t, r); });
}

}  // namespace refloat::simulation
