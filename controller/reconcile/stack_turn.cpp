#include "reconcile/stack_turn.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
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
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/note.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "reconcile/fleet.h"
#include "reconcile/invalid_stack.h"
#include "reconcile/known_findings.h"
#include "reconcile/look.h"
#include "reconcile/obstacles.h"
#include "reconcile/outcome.h"
#include "reconcile/pass.h"
#include "reconcile/reconcile.h"
#include "reconcile/silent_databases.h"
#include "reconcile/steps.h"
#include "reconcile/unsettled.h"
#include "reconcile/user_playbooks.h"
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
        key_(stack_.ns + "/" + stack_.name),
        inputs_(&context.inputs) {}

  Turn run() {
    Recovery* open = open_recovery();
    memory_.recovery_open = open != nullptr;
    if (open == nullptr) {
      let_go();
      return deleting_ ? again(context_.rules.resync) : examine();
    }
    open_ = open;
    if (auto ended = end_if_asked(*open)) return *ended;
    if (auto undecided = looked_lately(*open)) return *undecided;
    if (const Result<> read = read_playbooks(*open); !read) return rest(*open, read.error());
    if (rests_on_others(*open)) return end_for_playbooks(*open);
    return open->stage == Stage::awaiting_approval ? await(*open) : advance(*open);
  }

  // The Stack cannot be read as it should be, so nothing new is begun; but what was begun is not left lying half done. Nothing = there is
  // nothing to go on with.
  std::optional<Turn> run_what_was_begun(const std::string& why) {
    Recovery* open = open_recovery();
    if (open == nullptr) return std::nullopt;
    if (begun(*open)) {
      say_once(why, note_invalid(stack_, why));
      return run();
    }
    open_ = open;
    if (auto ended = end_if_asked(*open)) return ended;
    if (!read_playbooks(*open) || !rests_on_others(*open)) return std::nullopt;
    return end_for_playbooks(*open);
  }

 private:
  Recovery* open_recovery() {
    const auto open = std::find_if(recoveries_.recoveries.begin(), recoveries_.recoveries.end(),
                                   [](const Recovery& r) { return r.verdict == Verdict::running; });
    return open == recoveries_.recoveries.end() ? nullptr : &*open;
  }

  std::optional<Turn> end_if_asked(Recovery& open) {
    if (deleting_) return end(open, Verdict::aborted, "the Stack is being deleted");
    const auto ending = ending_of(open);
    return ending ? std::optional(end(open, ending->verdict, ending->message)) : std::nullopt;
  }

  // --- users' Playbooks -----------------------------------------------------------------------------------------------------------

  // What was heard of them last may be old, or nothing at all: a run that rests on some is gone on with by what they say now.
  Result<> read_playbooks(const Recovery& open) {
    if (open.plan.playbooks.empty()) return ok();
    Result<Inputs> now = inputs_for_run(context_.ports, context_.inputs, stack_, open.plan);
    if (!now) return now.error();
    fresh_ = std::move(*now);
    inputs_ = &fresh_;
    return ok();
  }

  [[nodiscard]] bool rests_on_others(const Recovery& open) const {
    return !open.plan.playbooks.empty() && open.plan.playbooks != digest_of_users_playbooks(open.plan, inputs_->playbooks);
  }

  Turn end_for_playbooks(Recovery& open) {
    return end(open, Verdict::aborted, "a Playbook that this was planned by has changed or is gone");
  }

  // Neither gone on with nor ended: that they cannot be read says nothing about them.
  Turn rest(Recovery& open, const Error& error) {
    memory_.recovery_open = false;  // nothing hurries
    if (after_failed_read(error, 0, 1).next != Next::stop) return failed(error);
    memory_.known->set_aside(now());
    let_go();
    tell(TurnReport::Kind::waiting, &open, error.message);
    say_once(error.message, note_parked(stack_, error.message));
    return again(context_.rules.recheck);
  }

  // Why nothing is begun by this plan now, if it rests on users' Playbooks.
  [[nodiscard]] std::optional<std::string> playbooks_in_the_way(const Plan& plan) const {
    if (plan.playbooks.empty()) return std::nullopt;
    const Result<Inputs> fresh = inputs_for_run(context_.ports, context_.inputs, stack_, plan);
    if (!fresh) return "playbooks: " + fresh.error().message;
    if (digest_of_users_playbooks(plan, fresh->playbooks) == plan.playbooks) return std::nullopt;
    return "playbooks: one that this rests on has just changed";
  }

  // --------------------------------------------------------------------------------------------------------------------------------

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

  // Nobody has decided about it, and there was a look lately.
  [[nodiscard]] std::optional<Turn> looked_lately(const Recovery& open) const {
    if (open.stage != Stage::awaiting_approval || is_approved(open) || !memory_.looked_at) return std::nullopt;
    const Time next = *memory_.looked_at + context_.rules.recheck;
    return now() < next ? std::optional(Turn{next}) : std::nullopt;
  }

  Turn await(Recovery& open) {
    const bool decided = is_approved(open);
    Result<Look> seen = look_now();
    if (!seen) return failed(seen.error());
    const Plan plan = plan_of(context_.ports, *inputs_, stack_, *seen, true);
    if (!seen->diagnosis.pending.empty()) return while_pending(seen->diagnosis, plan);
    if (auto over = outdated(open, plan)) return *over;
    if (!decided) return publish_and_wait(seen->diagnosis, plan, {}, now() + context_.rules.recheck);
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
    Obstacles obstacles = in_the_way_of(plan);
    if (effective_mode(stack_, plan).mode == Mode::observe) obstacles.reasons.emplace_back("mode: Observe");
    if (obstacles.reasons.empty()) return std::nullopt;
    say_once(obstacles.reasons.front(), note_parked(stack_, obstacles.reasons.front()));
    const Time recheck = now() + context_.rules.recheck;
    return publish_and_wait(diagnosis, plan, obstacles.reasons, std::min(recheck, obstacles.retry_at.value_or(recheck)));
  }

  // --- a recovery that runs -----------------------------------------------------------------------------------------------------

  // A run that a person began by hand is theirs, unless the Stack says that we act by ourselves.
  [[nodiscard]] bool ours_to_run(const Recovery& open) const {
    const Mode mode = effective_mode(stack_, open.plan).mode;
    if (mode == Mode::observe) return false;
    return open.needs_approval ? is_approved(open) : mode == Mode::automatic;
  }

  // Nothing of it was begun, and it is not what this process planned itself a moment ago: it may be old, or somebody's invention.
  [[nodiscard]] bool to_be_checked(const Recovery& open) const {
    const bool planned_now = memory_.planned && now() - memory_.planned->made_at <= plan_age_max;
    return !memory_.running && !begun(open) && !(planned_now && same_work(*memory_.planned, open.plan));
  }

  // Why it is not gone on with now, if so.
  std::optional<Turn> check(Recovery& open) {
    Result<Look> seen = look_now();
    if (!seen) return failed(seen.error());
    const Plan plan = plan_of(context_.ports, *inputs_, stack_, *seen, true);
    if (!seen->diagnosis.pending.empty()) return while_pending(seen->diagnosis, plan);
    if (auto over = outdated(open, plan)) return over;
    if (auto held = held_up(seen->diagnosis, plan)) return held;
    memory_.planned = plan;
    return std::nullopt;
  }

  Turn advance(Recovery& open) {
    memory_.known->set_aside(now());
    if (!ours_to_run(open)) {
      let_go();
      return again(context_.rules.recheck);
    }
    if (to_be_checked(open)) {
      if (auto stop = check(open)) return *stop;
    }
    if (!context_.fleet.take_place(key_)) {
      memory_.planned.reset();  // what is right by then is looked at anew
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
    memory_.planned.reset();
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
        pass(context_.ports, *inputs_, stack_, running, *memory_.journal, memory_.pass, progress, is_approved(running));
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
    memory_.planned.reset();
    memory_.running.reset();
    memory_.journal.reset();
    context_.fleet.give_place(key_);
  }

  // --- no recovery --------------------------------------------------------------------------------------------------------------

  Turn examine() {
    Result<Look> seen = look_now();
    if (!seen) return failed(seen.error());
    const StackDiagnosis& diagnosis = seen->diagnosis;
    const Plan plan = plan_of(context_.ports, *inputs_, stack_, *seen, true);
    context_.fleet.set_aground(key_, !plan.steps.empty(), now(), rests_on_users_alone(plan));
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
    const Obstacles obstacles = in_the_way_of(plan);
    for (const std::string& name : obstacles.names) tell(TurnReport::Kind::denied, nullptr, name);
    const Time recheck = now() + context_.rules.recheck;
    const Mode mode = effective_mode(stack_, plan).mode;
    if (mode == Mode::observe) {
      say_once("would recover " + plan.digest, note_would_recover(stack_, plan));
      return publish_and_wait(diagnosis, plan, obstacles.reasons, recheck);
    }
    if (!obstacles.reasons.empty()) {
      say_once(obstacles.reasons.front(), note_parked(stack_, obstacles.reasons.front()));
      return publish_and_wait(diagnosis, plan, obstacles.reasons, std::min(recheck, obstacles.retry_at.value_or(recheck)));
    }
    if (const auto why = playbooks_in_the_way(plan)) {
      say_once(*why, note_parked(stack_, *why));
      return publish_and_wait(diagnosis, plan, {*why}, recheck);
    }
    const auto hold = context_.fleet.hold(key_, now());
    if (hold && hold->retry_at) return publish_and_wait(diagnosis, plan, {hold->why}, *hold->retry_at);
    if (hold) tell(TurnReport::Kind::denied, nullptr, "storm");
    if (hold) say_once(hold->why, note_parked(stack_, hold->why + "; asking"));
    const bool ask = mode == Mode::approve || hold.has_value() || wants_approval(plan) != nullptr;
    return request(diagnosis, plan, ask ? Stage::awaiting_approval : Stage::running);
  }

  [[nodiscard]] Obstacles in_the_way_of(const Plan& plan) const { return obstacles_to(plan, recoveries_, stack_, now()); }

  Result<Recovery> request_alone(const Plan& plan, Stage stage) {
    const auto alone = context_.fleet.ask_alone(context_.ports.clock);
    if (!alone) return alone.error();
    return request_recovery(context_.ports.kube, stack_, plan, stage, now());
  }

  Turn request(const StackDiagnosis& diagnosis, const Plan& plan, Stage stage) {
    const Result<Recovery> made = request_alone(plan, stage);
    if (!made) return not_made(diagnosis, plan, made.error());
    context_.events.add(notes_of_recovery(stack_, nullptr, *made));
    tell(TurnReport::Kind::recovery_planned, &*made, phase_of(*made) + ", plan " + plan.digest.substr(0, 12));
    recoveries_.recoveries.push_back(*made);
    memory_.recovery_open = true;
    memory_.planned = plan;
    return publish_and_wait(diagnosis, plan, {}, now());
  }

  // One that the API server will never take, or that is too large: trying again tells nobody anything.
  Turn not_made(const StackDiagnosis& diagnosis, const Plan& plan, const Error& error) {
    if (error.kind == ErrorKind::stale) return publish_and_wait(diagnosis, plan, {error.message}, now() + lease_wait);
    if (error.kind != ErrorKind::invalid) return failed(error);
    const std::string why = "journal: " + error.message;
    say_once(why, note_parked(stack_, why));
    return publish_and_wait(diagnosis, plan, {why}, now() + context_.rules.recheck);
  }

  void prune() { (void)prune_recoveries(context_.ports.kube, recoveries_.recoveries, stack_.limits, now()); }

  // --- what others get to know --------------------------------------------------------------------------------------------------

  Result<Look> look_now() {
    Result<Look> seen = look(context_.ports, *inputs_, stack_, memory_.pass.seen, false);
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
  const Inputs* inputs_;            // what this turn is taken with
  Inputs fresh_;                    // those, where they were read anew
  const Recovery* open_ = nullptr;  // of recoveries_: lines of the log name it
};

}  // namespace

Turn take_turn(TurnContext& context, const std::string& ns, const std::string& name, StackMemory& memory) {
  const Time now = context.ports.clock.now();
  const auto wait = [&](const Error& error) { return after_failed_read(error, memory.failures++, 1); };
  const Result<Json> object = context.ports.kube.get({"refloat.dev", "v1alpha1", "stacks", ns, name, ""});
  if (!object && object.error().kind == ErrorKind::not_found) return {now, true};
  if (!object) return {now + std::max(wait(object.error()).wait, Duration(1000))};
  Diagnostics mistakes;
  std::optional<Stack> stack = read_stack_object(*object, mistakes);
  if (!stack) return tell_invalid(context, *object, mistakes_text(mistakes), memory);
  Diagnostics unknown;  // signatures: a Playbook that is gone leaves its name in Stacks
  const bool all_known = read_stack_object(*object, unknown, &context.inputs.playbooks).has_value();
  Result<RecoveryList> recoveries = list_recoveries(context.ports.kube, ns, name, memory.running);
  if (!recoveries) return {now + std::max(wait(recoveries.error()).wait, Duration(1000))};
  StackTurn turn(context, std::move(*stack), *object, std::move(*recoveries), memory);
  if (all_known) return turn.run();
  if (auto gone_on_with = turn.run_what_was_begun(mistakes_text(unknown))) return *gone_on_with;
  return tell_invalid(context, *object, mistakes_text(unknown), memory);
}

}  // namespace refloat
