#include "journal/recoveries.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "journal/crd_journal.h"
#include "journal/recovery_objects.h"
#include "kube/kube_api.h"
#include "model/attempts.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {
namespace {

constexpr std::size_t stack_part_max = 230;  // of a name that may have 253 characters

// "<stack>-<four letters of its uid>-": a Stack that was deleted and made again starts other names.
std::string name_prefix(const Stack& stack) {
  return stack.name.substr(0, stack_part_max) + "-" + sha256_hex(stack.uid).substr(0, 4) + "-";
}

// The number that a name ends in; 0 when it is not one of these names.
std::int64_t number_of(const std::string& name, const std::string& prefix) {
  return name.starts_with(prefix) ? positive_number(std::string_view(name).substr(prefix.size())) : 0;
}

// The number of the next one: beyond every one that is there and every one that the Stack remembers, so that no name is used twice even
// when somebody deletes the history.
Result<std::int64_t> next_number(KubeApi& api, const Stack& stack, const Json& object) {
  const Result<ObjectList> list = api.list(recovery_resource(stack.ns), {});
  if (!list) return list.error().wrap("list recoveries in namespace " + stack.ns);
  std::int64_t last = int_at(object, {"status", "recoveriesMade"});
  for (const Json& each : list->items) last = std::max(last, number_of(text_at(each, {"metadata", "name"}), name_prefix(stack)));
  return last + 1;
}

// What was decided on an older spec may no longer be wanted.
Result<Json> unchanged_stack(KubeApi& api, const Stack& stack) {
  Result<Json> object = living_stack(api, stack);
  if (object && int_at(*object, {"metadata", "generation"}) != stack.generation)
    return Error{ErrorKind::stale, "the spec of Stack " + stack.name + " has changed"};
  return object;
}

Recovery unstarted(const Stack& stack, const Plan& plan, Stage stage, Time now) {
  Recovery recovery;
  recovery.ns = stack.ns;
  recovery.stack = stack.name;
  recovery.stack_uid = stack.uid;
  recovery.started_at = now;
  recovery.plan = plan;
  recovery.needs_approval = stage == Stage::awaiting_approval;
  recovery.stage = stage;
  recovery.steps = unstarted(plan);
  return recovery;
}

// A lost answer: the name is ours alone, so what stands there with our plan and without a status is what we sent.
Result<Json> created_after_all(KubeApi& api, const Recovery& recovery, const Error& error) {
  if (error.kind != ErrorKind::ambiguous) return error;
  Result<Json> there = api.get(recovery_resource(recovery.ns, recovery.name));
  const bool ours = there && text_at(*there, {"spec", "planDigest"}) == recovery.plan.digest && at_path(*there, {"status"}).empty();
  return ours ? there : Result<Json>(error);
}

Result<> create(KubeApi& api, Recovery& recovery) {
  const Result<Recovery> stored = fit(recovery, recovery_bytes_max);
  if (!stored) return stored.error();
  Result<Json> created = api.create(recovery_resource(recovery.ns), object_to_create(*stored), {});
  if (!created) created = created_after_all(api, recovery, created.error());
  if (!created) return created.error().wrap("create recovery " + recovery.name);
  adopt_metadata(*created, recovery);
  return write_recovery_status(api, *stored, recovery);
}

}  // namespace

Result<Json> living_stack(KubeApi& api, const Stack& stack) {
  Result<Json> object = api.get({"refloat.dev", "v1alpha1", "stacks", stack.ns, stack.name, {}});
  if (!object && object.error().kind != ErrorKind::not_found) return object.error().wrap("read Stack " + stack.name);
  const bool same = object && text_at(*object, {"metadata", "uid"}) == stack.uid;
  if (!same || at_path(*object, {"metadata"}).contains("deletionTimestamp"))
    return Error{ErrorKind::stale, "Stack " + stack.name + " was deleted or made anew"};
  return object;
}

Result<Recovery> recovery_from_object(const Json& object) {
  Json completed = object;
  complete_status(completed);
  return recovery_from_json(completed);
}

Result<RecoveryList> list_recoveries(KubeApi& api, const std::string& ns, const std::string& stack) {
  const Result<ObjectList> list = api.list(recovery_resource(ns), {});
  if (!list) return list.error().wrap("list recoveries");
  RecoveryList result;
  for (const Json& object : list->items) {
    const std::string of = text_at(object, {"spec", "stack"});
    if (!stack.empty() && of != stack) continue;
    Result<Recovery> recovery = recovery_from_object(object);
    if (recovery)
      result.recoveries.push_back(std::move(*recovery));
    else
      result.unreadable.push_back(
          {text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}), of, recovery.error().message});
  }
  std::stable_sort(result.recoveries.begin(), result.recoveries.end(),
                   [](const Recovery& a, const Recovery& b) { return a.plan.made_at < b.plan.made_at; });
  return result;
}

Result<RecoveryList> list_recoveries(KubeApi& api, const std::string& ns, const std::string& stack,
                                     const std::optional<Recovery>& running) {
  if (running) {
    Result<Recovery> now = read_recovery(api, *running);
    if (now && now->verdict == Verdict::running) return RecoveryList{{std::move(*now)}, {}};
  }
  return list_recoveries(api, ns, stack);
}

Result<Recovery> read_recovery(KubeApi& api, const std::string& ns, const std::string& name) {
  const Result<Json> object = api.get(recovery_resource(ns, name));
  if (!object) return object.error().wrap("read recovery " + name);
  return recovery_from_object(*object);
}

Result<Recovery> read_recovery(KubeApi& api, const Recovery& known) {
  const Result<Json> object = api.get(recovery_resource(known.ns, known.name));
  if (!object) return object.error().wrap("read recovery " + known.name);
  const bool same = !known.resource_version.empty() && text_at(*object, {"metadata", "resourceVersion"}) == known.resource_version;
  return same ? known : recovery_from_object(*object);
}

Result<Recovery> request_recovery(KubeApi& api, const Stack& stack, const Plan& plan, Stage stage, Time now) {
  Recovery recovery = unstarted(stack, plan, stage, now);
  if (const Result<> alone = acts_alone(api, recovery); !alone) return alone.error();
  const Result<Json> object = unchanged_stack(api, stack);
  if (!object) return object.error();
  const Result<std::int64_t> number = next_number(api, stack, *object);
  if (!number) return number.error();
  recovery.name = name_prefix(stack) + std::to_string(*number);
  if (const Result<> created = create(api, recovery); !created) return created.error();
  // Somebody at a command line names theirs otherwise and may have started at the same moment.
  if (const Result<> alone = acts_alone(api, recovery); !alone) {
    const Result<> closed = close_recovery(api, recovery, Verdict::aborted, alone.error().message, now);
    return closed ? alone.error() : closed.error();
  }
  return recovery;
}

Result<> close_recovery(KubeApi& api, Recovery& recovery, Verdict verdict, const std::string& message, Time now) {
  Recovery closed = recovery;
  closed.verdict = verdict;
  closed.message = message;
  closed.finished_at = now;
  const Result<Recovery> stored = fit(closed, recovery_bytes_max);
  if (!stored) return stored.error();
  if (const Result<> written = write_recovery_status(api, *stored, closed); !written) return written;
  recovery = std::move(closed);
  return ok();
}

Result<> begin_recovery(KubeApi& api, Recovery& recovery, const std::string& holder, Time now) {
  if (!may_run(recovery)) return Error{ErrorKind::invalid, "recovery " + recovery.name + " is not approved, or has ended"};
  Recovery begun = recovery;
  begun.stage = Stage::running;
  begun.holder = holder;
  begun.started_at = now;
  const Result<Recovery> stored = fit(begun, recovery_bytes_max);
  if (!stored) return stored.error();
  if (const Result<> written = write_recovery_status(api, *stored, begun); !written) return written;
  recovery = std::move(begun);
  return ok();
}

std::vector<const Recovery*> superfluous(const std::vector<Recovery>& recoveries, const Limits& limits, Time now) {
  std::vector<const Recovery*> finished;
  for (const Recovery& recovery : recoveries) {
    if (recovery.verdict != Verdict::running) finished.push_back(&recovery);
  }
  std::stable_sort(finished.begin(), finished.end(), [](const Recovery* a, const Recovery* b) { return ended_at(*a) < ended_at(*b); });
  const auto keep = static_cast<std::size_t>(limits.history_max);
  if (finished.size() <= keep) return {};
  finished.resize(finished.size() - keep);
  const Time counts_from = now - limits.attempts_window;
  std::erase_if(finished, [&](const Recovery* recovery) {
    return ended_at(*recovery) > counts_from && (recovery->verdict != Verdict::aborted || is_attempt(*recovery));
  });
  return finished;
}

Result<int> prune_recoveries(KubeApi& api, const std::vector<Recovery>& of_one_stack, const Limits& limits, Time now) {
  int deleted = 0;
  for (const Recovery* recovery : superfluous(of_one_stack, limits, now)) {
    DeleteOptions options;
    options.uid = recovery->uid;
    options.resource_version = recovery->resource_version;
    const Result<Json> answer = api.remove(recovery_resource(recovery->ns, recovery->name), options);
    const bool passed_over = !answer && (answer.error().kind == ErrorKind::stale || answer.error().kind == ErrorKind::not_found);
    if (!answer && !passed_over) return answer.error().wrap("delete recovery " + recovery->name);
    deleted += answer ? 1 : 0;
  }
  return deleted;
}

}  // namespace refloat
