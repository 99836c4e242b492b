#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "config/playbook_reader.h"
#include "journal/holder.h"
#include "journal/journal.h"
#include "journal/recoveries.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"
#include "reconcile/pass.h"
#include "reconcile/reconcile.h"
#include "reconcile/steps.h"
#include "reconcile/user_playbooks.h"

namespace refloat {

namespace {

Recovery begin(const Plan& plan, Time now) {
  Recovery recovery;
  recovery.name = plan.stack + "-" + sha256_hex(plan.digest + format_micro_time(now) + own_identity()).substr(0, 8);
  recovery.ns = plan.ns;
  recovery.stack = plan.stack;
  recovery.started_at = now;
  recovery.plan = plan;
  recovery.steps = unstarted(plan);
  return recovery;
}

// Looks at the Stack that fail in a row, a second apart, before the run is left to whoever resumes it.
constexpr int unread_max = 300;

// The Stack as it is at this moment, where it is an object of the cluster: it may have been paused, edited or deleted meanwhile.
Result<Stack> present(Ports& ports, const Stack& stack) {
  if (stack.uid.empty()) return stack;
  const Result<Json> object = living_stack(ports.kube, stack);
  if (!object) return object.error();
  Diagnostics mistakes;
  std::optional<Stack> now = read_stack_object(*object, mistakes);
  if (!now) return Error{ErrorKind::transient, "Stack " + stack.name + " cannot be read any more"};
  return std::move(*now);
}

// What a pass works on: the Stack, and the playbooks that its plan rests on.
struct ForPass {
  Stack stack;
  Inputs inputs;
};

// `for_good`: waiting will not help.
Result<ForPass> for_pass(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan, bool& for_good) {
  Result<Stack> now = present(ports, stack);
  for_good = !now && now.error().kind == ErrorKind::stale;
  if (!now) return now.error();
  Result<Inputs> own = inputs_for_run(ports, inputs, *now, plan);
  for_good = !own && (own.error().kind == ErrorKind::stale || own.error().kind == ErrorKind::denied);
  if (!own) return own.error();
  return ForPass{std::move(*now), std::move(*own)};
}

void wait_a_moment(Ports& ports, const Recovery& recovery, const std::string& why, const ProgressSink& progress) {
  if (progress) progress({Progress::Kind::waiting, ports.clock.now(), &recovery, nullptr, why});
  ports.clock.wait_until(ports.clock.now() + std::chrono::seconds(1));
}

// Who is in the way says so best in their own words.
Error not_taken(const Error& error, const Journal& journal) {
  return error.kind == ErrorKind::stale ? error : error.wrap("write the journal " + journal.where());
}

// Passes until a verdict, or until the person interrupts between two passes.
// The first save takes the lock: whoever can not have it does nothing.
Result<Recovery> drive(Ports& ports, const Inputs& inputs, const Stack& stack, Recovery recovery, Journal& journal,
                       const ProgressSink& progress) {
  recovery.holder = own_identity();
  if (recovery.stage == Stage::awaiting_approval) {
    recovery.stage = Stage::running;
    recovery.started_at = ports.clock.now();
  }
  const Result<> saved = journal.save(recovery);
  if (!saved) return not_taken(saved.error(), journal);
  PassMemory memory;
  int unread = 0;
  bool for_good = false;
  while (!interrupted()) {
    const Result<ForPass> now = for_pass(ports, inputs, stack, recovery.plan, for_good);
    if (!now && (for_good || ++unread == unread_max)) return now.error();
    if (!now) {
      wait_a_moment(ports, recovery, now.error().message, progress);
      continue;
    }
    unread = 0;
    const PassResult result = pass(ports, now->inputs, now->stack, recovery, journal, memory, progress, true);
    if (result.finished) break;
    if (result.taken_over) return *result.taken_over;
    if (result.again_at > ports.clock.now()) ports.clock.wait_until(result.again_at);
  }
  return recovery;
}

// Why `plan` is not carried out now, if so: it must be what is right at this moment, and every guardrail must allow it.
Result<std::optional<std::string>> outdated(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan) {
  const Result<Planned> now = make_plan(ports, inputs, stack, true);
  if (!now) return now.error().wrap("plan anew");
  if (now->plan.steps.empty()) return std::optional<std::string>("what it was for is not found any more");
  if (!same_work(now->plan, plan)) return std::optional<std::string>("another plan is right by now");
  if (now->plan.refused()) return std::optional<std::string>("a guardrail denies a step of it now");
  return std::optional<std::string>{};
}

// Ends one that is not gone on with.
Result<std::optional<Recovery>> close(Recovery& recovery, const Ending& ending, Journal& journal, Time now) {
  recovery.verdict = ending.verdict;
  recovery.message = ending.message;
  recovery.finished_at = now;
  const Result<> closed = journal.save(recovery);
  if (!closed) return closed.error().wrap("close the old recovery in " + journal.where());
  return std::optional<Recovery>{};
}

}  // namespace

void mark_unanswered(Recovery& recovery) {
  for (StepRun& run : recovery.steps) {
    for (Effect& effect : run.effects) {
      if (effect.state == EffectState::intended) effect.state = EffectState::ambiguous;
    }
  }
}

Result<Recovery> recover(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan, Journal& journal,
                         const ProgressSink& progress) {
  Result<std::optional<Recovery>> unfinished = journal.unfinished(stack.ns, stack.name);
  if (!unfinished) return unfinished.error().wrap("read the journal " + journal.where());
  if (*unfinished) return Error{ErrorKind::stale, "recovery " + (*unfinished)->name + " is not finished", "resume it first"};
  if (ports.clock.now() - plan.made_at > plan_age_max) {
    const auto why = outdated(ports, inputs, stack, plan);
    if (!why) return why.error();
    if (*why)
      return Error{ErrorKind::stale, "the plan is " + format_duration(ports.clock.now() - plan.made_at) + " old, and " + **why,
                   "plan anew"};
  }
  return drive(ports, inputs, stack, begin(plan, ports.clock.now()), journal, progress);
}

Result<std::optional<Recovery>> resume(Ports& ports, const Inputs& inputs, const Stack& stack, Journal& journal,
                                       const ProgressSink& progress) {
  Result<std::optional<Recovery>> unfinished = journal.unfinished(stack.ns, stack.name);
  if (!unfinished) return unfinished.error().wrap("read the journal " + journal.where());
  if (!*unfinished) return std::optional<Recovery>{};
  if (const auto ending = ending_asked_for(**unfinished)) return close(**unfinished, *ending, journal, ports.clock.now());
  if (const auto ending = ending_of_age(**unfinished, ports.clock.now())) return close(**unfinished, *ending, journal, ports.clock.now());
  if (!may_run(**unfinished))
    return Error{ErrorKind::invalid, "recovery " + (*unfinished)->name + " waits for an approval", "approve or reject it first"};
  if (!begun(**unfinished)) {
    const auto why = outdated(ports, inputs, stack, (*unfinished)->plan);
    if (!why) return why.error();
    if (*why) return close(**unfinished, Ending{Verdict::aborted, "overtaken: " + **why}, journal, ports.clock.now());
  }
  mark_unanswered(**unfinished);
  Result<Recovery> driven = drive(ports, inputs, stack, std::move(**unfinished), journal, progress);
  if (!driven) return driven.error();
  return std::optional<Recovery>{std::move(*driven)};
}

}  // namespace refloat
