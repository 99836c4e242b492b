#include "reconcile/stack_turn.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "config/playbook_reader.h"
#include "journal/event_recorder.h"
#include "journal/journal.h"
#include "journal/open_journal.h"
#include "journal/recoveries.h"
#include "journal/stack_status_writer.h"
#include "kube/kube_api.h"
#include "model/attempts.h"
#include "model/decision.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/note.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "reconcile/fleet.h"
#include "reconcile/known_findings.h"
#include "reconcile/look.h"
#include "reconcile/outcome.h"
#include "reconcile/pass.h"
#include "reconcile/reconcile.h"
#include "reconcile/silent_databases.h"
#include "reconcile/unsettled.h"
#include "report/invalid_status.h"
#include "report/notes.h"
#include "report/stack_status.h"

namespace refloat {

namespace {

// How soon a turn that changed something is followed by the next.
constexpr Duration at_once{0};
// How soon a look must follow that did not see what was told early while it was made.
constexpr Duration confirm_wait = std::chrono::seconds(1);
// How soon another replica's Lease is asked for again.
constexpr Duration lease_wait = std::chrono::seconds(5);

class StackTurn {
 public:
  // `object`: the Stack as it was read just now.
  StackTurn(TurnContext& context, Stack stack, const Json& object, RecoveryList recoveries, StackMemory& memory)
      : context_(context),
        stack_(std::move(stack)),
        status_(object.value("status", Json(nullptr))),
        deleting_(at_path(object, {"metadata"}).contains("deletionTimestamp")),
        recoveries_(std::move(recoveries)),
        memory_(memory),
        key_(stack_.ns + "/" + stack_.name) {}

  Turn run() {
    const auto open = std::find_if(recoveries_.recoveries.begin(), recoveries_.recoveries.end(),
                                   [](const Recovery& r) { return r.verdict == Verdict::running; });
    memory_.recovery_open = open != recoveries_.recoveries.end();
    if (!memory_.recovery_open) {
      let_go();
      return deleting_ ? again(context_.rules.resync) : examine();
    }
    open_ = &*open;
    if (deleting_) return end(*open, Verdict::aborted, "the Stack is being deleted");
    if (const auto ending = ending_of(*open)) return end(*open, ending->verdict, ending->message);
    return open->stage == Stage::awaiting_approval ? await(*open) : advance(*open);
  }

 private:
  [[nodiscard]] Time now() const { return context_.ports.clock.now(); }
  [[nodiscard]] Turn again(Duration wait) const { return {now() + wait}; }

  // Why an open one is not gone on with, if so.
  [[nodiscard]] std::optional<Ending> ending_of(const Recovery& open) const {
    if (auto asked = ending_asked_for(open)) return asked;
    if (!open.stack_uid.empty() && open.stack_uid != stack_.uid)
      return Ending{Verdict::aborted, "it was made for a Stack of this name that has been deleted"};
    const bool in_hand = memory_.running && memory_.running->name == open.name;
    return in_hand ? std::nullopt : ending_of_age(open, now());
  }

  // --- a recovery that waits for a person ---------------------------------------------------------------------------------------

  Turn await(Recovery& open) {
    const bool decided = is_approved(open);
    if (!decided && memory_.looked_at && now() - *memory_.looked_at < context_.rules.recheck) {
      return {*memory_.looked_at + context_.rules.recheck};
    }
    Result<Look> seen = look_now();
    if (!seen) return failed(seen.error());
    const Plan plan = plan_of(context_.ports, context_.inputs, stack_, *seen, true);
    if (!seen->diagnosis.pending.empty()) return while_pending(seen->diagnosis, plan);
    if (auto over = outdated(open, plan)) return *over;
    if (!decided) {
      return publish_and_wait(seen->diagnosis, plan, {}, now() + context_.rules.recheck);
    }
    if (auto held = held_up(seen->diagnosis, plan)) return *held;
    const Recovery before = open;
    const Result<> begun = begin_recovery(context_.ports.kube, open, context_.identity, now());
    if (!begun) return failed(begun.error());
    memory_.planned = plan;
    context_.events.add(notes_of_recovery(stack_, &before, open));
    return again(at_once);
  }

  // What was planned then must be what is right now; the steps too, for whoever may create a Recovery may write anything into it.
  std::optional<Turn> outdated(Recovery& open, const Plan& plan) {
    if (plan.steps.empty()) return end(open, Verdict::aborted, "no longer needed: what it was for is not found any more");
    if (!same_work(plan, open.plan)) return end(open, Verdict::aborted, "overtaken: another plan is right by now");
    return std::nullopt;
  }

  // A recovery that cannot be finished is not begun.
  std::optional<Turn> held_up(const StackDiagnosis& diagnosis, const Plan& plan) {
    Obstacles obstacles = obstacles_to(plan);
    if (effective_mode(stack_, plan.findings).mode == Mode::observe) obstacles.reasons.emplace_back("mode: Observe");
    if (obstacles.reasons.empty()) return std::nullopt;
    say_once(obstacles.reasons.front(), note_parked(stack_, obstacles.reasons.front()));
    const Time recheck = now() + context_.rules.recheck;
    return publish_and_wait(diagnosis, plan, obstacles.reasons, std::min(recheck, obstacles.retry_at.value_or(recheck)));
  }

  // --- a recovery that runs -----------------------------------------------------------------------------------------------------

  // A run that a person began by hand is theirs, unless the Stack says that we act by ourselves.
  [[nodiscard]] bool ours_to_run(const Recovery& open) const {
    const Mode mode = effective_mode(stack_, open.plan.findings).mode;
    if (mode == Mode::observe) return false;
    return open.needs_approval ? is_approved(open) : mode == Mode::automatic;
  }

  // Nothing of it was begun, and it is not what this process planned itself a moment ago: it may be old, or somebody's invention.
  [[nodiscard]] bool to_be_checked(const Recovery& open) const {
    const bool begun =
        std::any_of(open.steps.begin(), open.steps.end(), [](const StepRun& step) { return step.state != StepState::waiting; });
    return !begun && !(memory_.planned && same_work(*memory_.planned, open.plan));
  }

  // Why it is not gone on with now, if so.
  std::optional<Turn> check(Recovery& open) {
    Result<Look> seen = look_now();
    if (!seen) return failed(seen.error());
    const Plan plan = plan_of(context_.ports, context_.inputs, stack_, *seen, true);
    if (!seen->diagnosis.pending.empty()) return while_pending(seen->diagnosis, plan);
    if (auto over = outdated(open, plan)) return over;
    if (auto held = held_up(seen->diagnosis, plan)) return held;
    memory_.planned = plan;
    return std::nullopt;
  }

  Turn advance(Recovery& open) {
    memory_.known->set_aside();
    if (!ours_to_run(open)) {
      let_go();
      return again(context_.rules.recheck);
    }
    if (to_be_checked(open)) {
      if (auto stop = check(open)) return *stop;
    }
    if (!context_.fleet.take_place(key_)) {
      tell(TurnReport::Kind::waiting, &open, "as many recoveries as may run at the same time are running");
      return again(context_.rules.recheck);
    }
    if (!memory_.running || memory_.running->name != open.name || memory_.running->resource_version != open.resource_version) {
      const Result<> taken = take_over(open);
      if (!taken) return not_taken(taken.error());
    }
    return one_pass();
  }

  // The journal is kept: it knows since when another's Lease has not been renewed.
  Turn not_taken(const Error& error) {
    memory_.running.reset();
    context_.fleet.give_place(key_);
    if (error.kind != ErrorKind::stale) return failed(error);
    tell(TurnReport::Kind::waiting, nullptr, error.message);
    return again(lease_wait);
  }

  // Ours from the moment its first save took the Lease. What another process left unanswered may have happened: it is looked at.
  Result<> take_over(Recovery open) {
    if (memory_.journal == nullptr) {
      JournalOptions options;
      options.identity = context_.identity;
      options.lease_duration = context_.rules.lease_duration;
      auto journal = open_journal(context_.ports.kube, context_.ports.clock, stack_, options);
      if (!journal) return journal.error();
      memory_.journal = std::move(*journal);
    }
    mark_unanswered(open);
    open.holder = context_.identity;
    const Result<> saved = memory_.journal->save(open);
    if (!saved) return saved.error();
    memory_.pass = {};
    memory_.running = std::move(open);
    tell(TurnReport::Kind::recovery_started, &*memory_.running, memory_.running->name);
    return ok();
  }

  Turn one_pass() {
    Recovery& running = *memory_.running;
    Recovery told = running;
    const auto progress = [&](const Progress& step) {
      if (step.kind == Progress::Kind::denied) tell(TurnReport::Kind::denied, &running, step.guardrail);
      if (step.kind == Progress::Kind::waiting || step.kind == Progress::Kind::denied) return;
      context_.events.add(notes_of_recovery(stack_, &told, running));
      told = running;
      tell(TurnReport::Kind::step, &running, step.text);
    };
    const PassResult result =
        pass(context_.ports, context_.inputs, stack_, running, *memory_.journal, memory_.pass, progress, is_approved(running));
    if (result.taken_over) {
      let_go();  // or only its spec was edited: the next turn reads it anew
      return again(std::chrono::seconds(1));
    }
    if (!result.finished) return {result.again_at};
    tell(TurnReport::Kind::recovery_finished, &running, running.message);
    let_go();
    return again(at_once);
  }

  // Another's decision, or the course of things, ends it; nothing is sent any more.
  Turn end(Recovery& open, Verdict verdict, const std::string& message) {
    const Recovery before = open;
    const Result<> closed = close_recovery(context_.ports.kube, open, verdict, message, now());
    if (!closed) return closed.error().kind == ErrorKind::stale ? again(at_once) : failed(closed.error());
    context_.events.add(notes_of_recovery(stack_, &before, open));
    tell(TurnReport::Kind::recovery_finished, &open, message);
    let_go();
    return again(at_once);
  }

  void let_go() {
    memory_.running.reset();
    memory_.journal.reset();
    context_.fleet.give_place(key_);
  }

  // --- no recovery --------------------------------------------------------------------------------------------------------------

  Turn examine() {
    Result<Look> seen = look_now();
    if (!seen) return failed(seen.error());
    const StackDiagnosis& diagnosis = seen->diagnosis;
    const Plan plan = plan_of(context_.ports, context_.inputs, stack_, *seen, true);
    context_.fleet.set_aground(key_, !plan.steps.empty(), now());
    if (auto told = tell_overdue(diagnosis, plan)) return *told;
    if (!diagnosis.pending.empty()) return publish_and_wait(diagnosis, plan, {}, next_look(diagnosis, now()));
    if (plan.steps.empty()) {
      prune();
      return publish_and_wait(diagnosis, plan, {}, now() + (diagnosis.findings.empty() ? context_.rules.resync : context_.rules.recheck));
    }
    return consider(diagnosis, plan);
  }

  // The picture is still changing: an open recovery is neither begun nor ended by it.
  Turn while_pending(const StackDiagnosis& diagnosis, const Plan& plan) {
    if (auto told = tell_overdue(diagnosis, plan)) return *told;
    return again(context_.rules.recheck / 6);
  }

  // Nothing is planned while anything is pending. What does not settle is for a person, who must be told what it waits for.
  std::optional<Turn> tell_overdue(StackDiagnosis diagnosis, const Plan& plan) {
    const std::vector<Pending> overdue = memory_.unsettled.overdue(diagnosis.pending, now(), unexamined_of(status_));
    if (overdue.empty()) return std::nullopt;
    const bool all = overdue.size() == diagnosis.pending.size();
    std::vector<std::string> obstacles;
    for (const Pending& each : overdue) {
      diagnosis.unexamined.push_back({name_of(each), each.why});
      obstacles.push_back(unsettled_prefix + name_of(each) + ": " + each.why);
      say_once(obstacles.back(), note_parked(stack_, obstacles.back()));
    }
    return publish_and_wait(diagnosis, plan, obstacles, all ? now() + context_.rules.recheck : next_look(diagnosis, now()));
  }

  // There is a plan: who decides whether it is begun?
  Turn consider(const StackDiagnosis& diagnosis, const Plan& plan) {
    const Obstacles obstacles = obstacles_to(plan);
    for (const std::string& name : obstacles.names) tell(TurnReport::Kind::denied, nullptr, name);
    const Time recheck = now() + context_.rules.recheck;
    const Mode mode = effective_mode(stack_, plan.findings).mode;
    if (mode == Mode::observe) {
      say_once("would recover " + plan.digest, note_would_recover(stack_, plan));
      return publish_and_wait(diagnosis, plan, obstacles.reasons, recheck);
    }
    if (!obstacles.reasons.empty()) {
      say_once(obstacles.reasons.front(), note_parked(stack_, obstacles.reasons.front()));
      return publish_and_wait(diagnosis, plan, obstacles.reasons, std::min(recheck, obstacles.retry_at.value_or(recheck)));
    }
    const auto hold = context_.fleet.hold(key_, now());
    if (hold && hold->retry_at) return publish_and_wait(diagnosis, plan, {hold->why}, *hold->retry_at);
    if (hold) tell(TurnReport::Kind::denied, nullptr, "storm");
    if (hold) say_once(hold->why, note_parked(stack_, hold->why + "; asking"));
    const bool ask = mode == Mode::approve || hold.has_value() || wants_approval(plan);
    return request(diagnosis, plan, ask ? Stage::awaiting_approval : Stage::running);
  }

  struct Obstacles {
    std::vector<std::string> reasons;  // "name: reason"
    std::set<std::string> names;       // of guardrails, and of what stands in the way of a whole plan
    std::optional<Time> retry_at;      // set while only time is missing
  };

  [[nodiscard]] Obstacles obstacles_to(const Plan& plan) const {
    Obstacles out;
    const auto add = [&](const std::string& name, const std::string& why, std::optional<Time> retry_at) {
      const std::string reason = name + ": " + why;
      out.names.insert(name);
      if (out.reasons.empty() || !retry_at) out.retry_at = retry_at;
      if (std::find(out.reasons.begin(), out.reasons.end(), reason) == out.reasons.end()) out.reasons.push_back(reason);
    };
    for (const PlanStep& step : plan.steps) {
      for (const Decision& d : step.guardrails) {
        if (!d.allowed) add(d.guardrail, d.reason, d.retry_at);
      }
    }
    const Attempts attempts = attempts_of(recoveries_.recoveries, stack_.limits, now());
    if (attempts.used_up) add("attempts", attempts.reason, attempts.free_at);
    if (const auto stop = stopped_by_person(recoveries_.recoveries, stack_.limits, now())) add("decision", stop->reason, stop->free_at);
    for (const UnreadableRecovery& other : recoveries_.unreadable)
      add("journal", other.name + " cannot be read: " + other.why, std::nullopt);
    return out;
  }

  static bool wants_approval(const Plan& plan) {
    return std::any_of(plan.findings.begin(), plan.findings.end(),
                       [](const Finding& finding) { return finding.recoverable == Recoverable::approval; });
  }

  Result<Recovery> request_alone(const Plan& plan, Stage stage) {
    const auto alone = context_.fleet.ask_alone();
    return request_recovery(context_.ports.kube, stack_, plan, stage, now());
  }

  Turn request(const StackDiagnosis& diagnosis, const Plan& plan, Stage stage) {
    const Result<Recovery> made = request_alone(plan, stage);
    if (!made && made.error().kind != ErrorKind::stale) return failed(made.error());
    if (!made) return publish_and_wait(diagnosis, plan, {made.error().message}, now() + lease_wait);
    context_.events.add(notes_of_recovery(stack_, nullptr, *made));
    tell(TurnReport::Kind::recovery_planned, &*made, phase_of(*made) + ", plan " + plan.digest.substr(0, 12));
    recoveries_.recoveries.push_back(*made);
    memory_.recovery_open = true;
    memory_.planned = plan;
    return publish_and_wait(diagnosis, plan, {}, now());
  }

  void prune() { (void)prune_recoveries(context_.ports.kube, recoveries_.recoveries, stack_.limits, now()); }

  // --- what others get to know --------------------------------------------------------------------------------------------------

  Result<Look> look_now() {
    Result<Look> seen = look(context_.ports, context_.inputs, stack_, memory_.pass.seen, false);
    if (!seen) return seen;
    memory_.failures = 0;
    memory_.looked_at = now();
    wait_for_the_silent(*seen, memory_.silent_since, context_.rules.silence_max, status_, now());
    const KnownFindings::News news = memory_.known->looked(stack_, seen->diagnosis, seen->snapshot.taken_at);
    context_.events.add(notes_of_findings(stack_, news.gone, news.found));
    if (context_.report) context_.report({TurnReport::Kind::looked, key_, &seen->diagnosis, open_, "", &news.found});
    return seen;
  }

  Turn publish_and_wait(const StackDiagnosis& diagnosis, const Plan& plan, const std::vector<std::string>& obstacles, Time again_at) {
    if (memory_.known->unconfirmed()) again_at = std::min(again_at, now() + confirm_wait);
    if (!stack_.pause_requests.empty()) say_once("paused by " + stack_.pause_requests.front(), note_paused(stack_));
    const Json next =
        stack_status({stack_, diagnosis, plan.steps.empty() ? nullptr : &plan, recoveries_.recoveries, obstacles, status_, now()});
    const Result<StatusWrite> written = write_stack_status(context_.ports.kube, stack_, status_, next);
    if (!written && written.error().kind == ErrorKind::stale) return again(at_once);
    if (!written) tell(TurnReport::Kind::failed, nullptr, written.error().message);  // a status that cannot be told stops nothing
    return {again_at};
  }

  // An Event for what did not change is no news.
  void say_once(const std::string& key, const Note& note) {
    if (std::find(memory_.told_stops.begin(), memory_.told_stops.end(), key) != memory_.told_stops.end()) return;
    if (memory_.told_stops.size() >= 20) memory_.told_stops.clear();
    memory_.told_stops.push_back(key);
    context_.events.add(note);
  }

  Turn failed(const Error& error) {
    tell(TurnReport::Kind::failed, nullptr, error.message);
    const Outcome outcome = after_failed_read(error, memory_.failures++, static_cast<unsigned>(std::hash<std::string>{}(key_)));
    return again(outcome.next == Next::stop ? context_.rules.recheck : std::max(outcome.wait, Duration(1000)));
  }

  void tell(TurnReport::Kind kind, const Recovery* recovery, const std::string& text) {
    if (context_.report) context_.report({kind, key_, nullptr, recovery == nullptr ? open_ : recovery, text, nullptr});
  }

  TurnContext& context_;
  Stack stack_;
  Json status_;    // of the Stack object, as it was read
  bool deleting_;  // it has a deletionTimestamp
  RecoveryList recoveries_;
  StackMemory& memory_;
  std::string key_;
  const Recovery* open_ = nullptr;  // of recoveries_: lines of the log name it
};

}  // namespace

namespace {

// While one of ours runs, its own object says all that matters: the others are listed when it is over.
Result<RecoveryList> recoveries_for(KubeApi& api, const std::string& ns, const std::string& name, const StackMemory& memory) {
  if (memory.running) {
    Result<Recovery> running = read_recovery(api, *memory.running);
    if (running && running->verdict == Verdict::running) return RecoveryList{{std::move(*running)}, {}, {}};
  }
  return list_recoveries(api, ns, name);
}

// As much of a Stack as its status and Events need.
Stack identity_of(const Json& object) {
  Stack stack;
  stack.ns = text_at(object, {"metadata", "namespace"});
  stack.name = text_at(object, {"metadata", "name"});
  stack.uid = text_at(object, {"metadata", "uid"});
  stack.resource_version = text_at(object, {"metadata", "resourceVersion"});
  stack.generation = int_at(object, {"metadata", "generation"});
  return stack;
}

// But for what was told, which an early look may be reading at this moment.
void let_go_of(StackMemory& memory) {
  memory.running.reset();
  memory.journal.reset();
  memory.planned.reset();
  memory.pass = {};
  memory.looked_at.reset();
  memory.recovery_open = false;
  memory.known->set_aside();
}

// What we cannot read we do not act on: what was held of it is given back. It is told when the status says something new, so once per
// mistake, also across restarts; an edit wakes us.
Turn tell_invalid(TurnContext& context, const Json& object, const std::string& why, StackMemory& memory) {
  const Time now = context.ports.clock.now();
  const Stack stack = identity_of(object);
  const std::string key = stack.ns + "/" + stack.name;
  let_go_of(memory);
  context.fleet.forget(key);
  const Json previous = object.value("status", Json(nullptr));
  const Result<StatusWrite> written =
      write_stack_status(context.ports.kube, stack, previous, invalid_stack_status(previous, stack.generation, why, now));
  if (!written) {
    if (context.report) context.report({TurnReport::Kind::failed, key, nullptr, nullptr, written.error().message, nullptr});
    return {now + context.rules.recheck};
  }
  if (*written == StatusWrite::written) {
    context.events.add(note_invalid(stack, why));
    if (context.report) context.report({TurnReport::Kind::invalid, key, nullptr, nullptr, why, nullptr});
  }
  return {now + context.rules.resync};
}

}  // namespace

Turn take_turn(TurnContext& context, const std::string& ns, const std::string& name, StackMemory& memory) {
  const Time now = context.ports.clock.now();
  const auto wait = [&](const Error& error) { return after_failed_read(error, memory.failures++, 1); };
  const Result<Json> object = context.ports.kube.get({"refloat.dev", "v1alpha1", "stacks", ns, name, ""});
  if (!object && object.error().kind == ErrorKind::not_found) return {now, true};
  if (!object) return {now + std::max(wait(object.error()).wait, Duration(1000))};
  Diagnostics mistakes;
  std::optional<Stack> stack = read_stack_object(*object, mistakes, &context.inputs.playbooks);
  if (!stack) return tell_invalid(context, *object, mistakes_text(mistakes), memory);
  Result<RecoveryList> recoveries = recoveries_for(context.ports.kube, ns, name, memory);
  if (!recoveries) return {now + std::max(wait(recoveries.error()).wait, Duration(1000))};
  return StackTurn(context, std::move(*stack), *object, std::move(*recoveries), memory).run();
}

}  // namespace refloat
