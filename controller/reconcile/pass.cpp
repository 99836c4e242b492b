#include "reconcile/pass.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "base/backoff.h"
#include "base/result.h"
#include "base/time.h"
#include "execute/action.h"
#include "execute/executor.h"
#include "journal/journal.h"
#include "model/application.h"
#include "model/decision.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/write.h"
#include "plan/make_plan.h"
#include "reconcile/look.h"
#include "reconcile/outcome.h"
#include "reconcile/reconcile.h"
#include "reconcile/steps.h"

namespace refloat {

namespace {

// How often the cluster is looked at while waiting for it: what lasts long is asked about less often, and noticed a twentieth later.
constexpr Duration poll = std::chrono::milliseconds(500);
constexpr Duration poll_max = std::chrono::seconds(3);
Duration poll_after(Duration waited) {
  return std::clamp(waited / 20, poll, poll_max);
}
// A repair that finds a migrator at work, or an Application that is written all the time: every try is two entries in the journal.
constexpr Backoff between_conflicts{.base = poll, .max = std::chrono::seconds(5)};
// About half a minute of refused reads ends a recovery.
constexpr int refusals_max = 6;

// One pass over one recovery; members are what the stages below share.
class Pass {
 public:
  Pass(Ports& ports, const Inputs& inputs, const Stack& stack, Recovery& recovery, Journal& journal, PassMemory& memory,
       const ProgressSink& progress, bool approved)
      : ports_(ports),
        inputs_(inputs),
        stack_(stack),
        recovery_(recovery),
        journal_(journal),
        memory_(memory),
        progress_(progress),
        approved_(approved) {}

  PassResult run() {
    const auto failed =
        std::find_if(recovery_.steps.begin(), recovery_.steps.end(), [](const StepRun& r) { return r.state == StepState::failed; });
    // A verdict that could not be saved is said again; the steps after a failed one are never reached.
    if (failed != recovery_.steps.end()) return conclude(Verdict::failed, failed->id + ": " + failed->message);
    if (!recovery_.plan.targets.empty() && recovery_.plan.targets != digest_of_targets(stack_))
      return conclude(Verdict::aborted, "the Stack names other databases, workloads or Applications than when this was planned");
    if (!recovery_.plan.playbooks.empty() && recovery_.plan.playbooks != digest_of_users_playbooks(recovery_.plan, inputs_.playbooks))
      return conclude(Verdict::aborted, "a Playbook that this was planned by has changed or is gone");
    Result<Look> now = look(ports_, inputs_, stack_, memory_.seen, false);
    if (!now) return read_failed(now.error());
    if (const auto unseen = out_of_sight(now->snapshot)) return read_failed(*unseen);
    if (deploys_otherwise(now->snapshot))
      return conclude(Verdict::aborted, "an Application deploys something else, or is another one, than when this was planned");
    memory_.failures = memory_.refusals = 0;
    const std::size_t index = current();
    if (index == recovery_.steps.size()) return conclude(Verdict::recovered, "every goal was verified on a fresh look");
    step_ = &recovery_.plan.steps[index];
    run_ = &recovery_.steps[index];
    return advance(*now);
  }

 private:
  // A step whose objects cannot be seen at all would look done, or not needed.
  static std::optional<Error> out_of_sight(const Snapshot& snapshot) {
    const auto app =
        std::find_if(snapshot.applications.begin(), snapshot.applications.end(), [](const Application& a) { return a.elsewhere; });
    if (app == snapshot.applications.end()) return std::nullopt;
    return Error{ErrorKind::denied, "what Application " + app->ref.name + " deploys cannot be looked at: it is in another cluster"};
  }

  // One that is not there is the step's to judge.
  [[nodiscard]] bool deploys_otherwise(const Snapshot& snapshot) const {
    const auto& planned = recovery_.plan.sources;
    const bool all_seen = std::all_of(stack_.applications.begin(), stack_.applications.end(),
                                      [&](const auto& entry) { return snapshot.application(stack_.ns, entry.second) != nullptr; });
    return !planned.empty() && all_seen && planned != digest_of_sources(stack_, snapshot);
  }

  [[nodiscard]] std::size_t current() const {
    const auto open = std::find_if(recovery_.steps.begin(), recovery_.steps.end(),
                                   [](const StepRun& r) { return r.state == StepState::waiting || r.state == StepState::running; });
    return static_cast<std::size_t>(open - recovery_.steps.begin());
  }

  PassResult read_failed(const Error& error) {
    const Outcome outcome = after_failed_read(error, memory_.failures++, 1);
    const bool refused = outcome.next == Next::stop;
    if (refused && memory_.refusals == refusals_max)
      return conclude(Verdict::failed, error.message + (error.hint.empty() ? "" : "; " + error.hint));
    tell(Progress::Kind::waiting, error.message);
    return again(refused ? Backoff{}.wait(memory_.refusals++, 1) : outcome.wait);
  }

  PassResult advance(const Look& now) {
    if (run_->state == StepState::waiting && !begin(now)) return again(Duration(0));
    const Action* action = action_of(*step_);
    if (action == nullptr) return step_failed("this build does not know the action " + step_->action);
    Move move = action->next({stack_, now.snapshot, recovery_, *step_, *run_, ports_.clock.now()});
    const bool out_of_time = ports_.clock.now() - *run_->started_at > step_->within;
    switch (move.kind) {
      case Move::Kind::done: return step_done(move.why);
      case Move::Kind::fail: return step_failed(move.why);
      case Move::Kind::wait: return out_of_time ? timed_out(move.why) : keep_waiting(move.why);
      case Move::Kind::act: return out_of_time ? timed_out(move.why) : effect(now, std::move(move));
    }
    return again(poll);
  }

  // Starts the step, or skips it when its condition does not hold. False = skipped.
  bool begin(const Look& now) {
    const Time time = ports_.clock.now();
    if (!wanted_now(*step_, stack_, now.snapshot, time)) {
      run_->state = StepState::skipped;
      run_->finished_at = time;
      run_->message = "not needed";
      tell(Progress::Kind::step_skipped, "not needed");
      return false;
    }
    run_->state = StepState::running;
    run_->started_at = time;
    note_operation(now);
    tell(Progress::Kind::step_started, step_->describe);
    return true;
  }

  // What was there before: of two operations the later is told by the cluster's clock alone.
  void note_operation(const Look& now) {
    const Application* app = now.snapshot.application(stack_.ns, step_->application);
    if (app != nullptr && app->operation) run_->operation_before = app->operation->started_at;
  }

  PassResult effect(const Look& now, Move move) {
    complete(*move.write);
    const auto decisions =
        guard_step(stack_, now, inputs_, recovery_.plan, *step_, &recovery_, &*move.write, approved_, ports_.clock.now());
    const auto denial = std::find_if(decisions.begin(), decisions.end(), [](const Decision& d) { return !d.allowed; });
    if (denial != decisions.end()) return denied(*denial);
    note_operation(now);
    if (!journal_intent(*move.write, move.main_effect)) return again(poll);
    tell(Progress::Kind::effect, move.why);
    const Sent sent = deliver(ports_, inputs_, stack_, *move.write, false);
    return journal_outcome(sent, move.main_effect);
  }

  PassResult denied(const Decision& denial) {
    const std::string why = denial.guardrail + ": " + denial.reason;
    if (progress_) progress_({Progress::Kind::denied, ports_.clock.now(), &recovery_, step_, why, denial.guardrail});
    if (!denial.retry_at) return conclude(Verdict::refused, why);
    if (ports_.clock.now() - *run_->started_at > step_->within) return timed_out(why);
    return keep_waiting(why);
  }

  // The intent must be on record before anything is sent; without a record nothing is sent.
  bool journal_intent(const Write& write, bool main_effect) {
    Effect intent;
    intent.intended_at = ports_.clock.now();
    intent.describe = describe(write);
    intent.display = display(write);
    if (const auto* kube = std::get_if<KubeWrite>(&write)) {
      intent.object_uid = kube->object.uid;
      intent.resource_version = kube->resource_version;
    }
    forget_repeated_conflict(intent);
    run_->effects.push_back(std::move(intent));
    if (main_effect) ++run_->attempts;
    if (save()) return true;
    run_->effects.pop_back();
    if (main_effect) --run_->attempts;
    return false;
  }

  // Known not to have happened and tried again at once: one entry is enough, or a long conflict would fill the journal.
  void forget_repeated_conflict(const Effect& intent) {
    const bool repeats =
        !run_->effects.empty() && run_->effects.back().state == EffectState::stale && run_->effects.back().display == intent.display;
    if (repeats) run_->effects.pop_back();
  }

  PassResult journal_outcome(const Sent& sent, bool main_effect) {
    Effect& effect = run_->effects.back();
    effect.state = sent.state;
    effect.answered_at = ports_.clock.now();
    effect.outcome = sent.answer;
    effect.removed = sent.removed;
    // Known not to have happened: it was no attempt.
    if (sent.state == EffectState::stale && main_effect) --run_->attempts;
    if (sent.state == EffectState::rejected) return step_failed(sent.answer);
    (void)save();  // a lost outcome is found again by looking
    if (sent.state == EffectState::stale) return again(between_conflicts.wait(memory_.conflicts++, 1));
    memory_.conflicts = 0;
    return again(sent.state == EffectState::applied ? Duration(0) : poll);
  }

  PassResult step_done(const std::string& why) {
    memory_.conflicts = 0;
    run_->state = StepState::done;
    run_->finished_at = ports_.clock.now();
    run_->message = why;
    tell(Progress::Kind::step_done, why);
    (void)save();
    return again(Duration(0));
  }

  PassResult step_failed(const std::string& why) {
    run_->state = StepState::failed;
    run_->finished_at = ports_.clock.now();
    run_->message = why;
    tell(Progress::Kind::step_failed, why);
    return conclude(Verdict::failed, step_->describe + ": " + why);
  }

  PassResult timed_out(const std::string& why) {
    return step_failed("not within " + format_duration(step_->within) + "; last seen: " + why);
  }

  PassResult keep_waiting(const std::string& why) {
    memory_.conflicts = 0;
    run_->message = why;
    tell(Progress::Kind::waiting, why);
    const Result<> kept = journal_.keep();
    if (!kept && kept.error().kind == ErrorKind::stale) taken_over_ = kept.error();
    return again(poll_after(ports_.clock.now() - last_deed()));
  }

  // What follows an effect of ours follows soon.
  [[nodiscard]] Time last_deed() const {
    return run_->effects.empty() ? *run_->started_at : run_->effects.back().answered_at.value_or(*run_->started_at);
  }

  PassResult conclude(Verdict verdict, const std::string& message) {
    recovery_.verdict = verdict;
    recovery_.message = message;
    recovery_.finished_at = ports_.clock.now();
    if (!save()) {
      recovery_.verdict = Verdict::running;
      return again(poll);
    }
    step_ = nullptr;
    tell(Progress::Kind::verdict, message);
    return {true, {}, std::nullopt};
  }

  bool save() {
    const Result<> saved = journal_.save(recovery_);
    if (!saved && saved.error().kind == ErrorKind::stale) taken_over_ = saved.error();
    if (!saved) tell(Progress::Kind::waiting, "journal: " + saved.error().message);
    return saved.has_value();
  }

  PassResult again(Duration wait) { return {false, ports_.clock.now() + wait, taken_over_}; }

  void tell(Progress::Kind kind, const std::string& text) {
    if (progress_) progress_({kind, ports_.clock.now(), &recovery_, step_, text});
  }

  Ports& ports_;
  const Inputs& inputs_;
  const Stack& stack_;
  Recovery& recovery_;
  Journal& journal_;
  PassMemory& memory_;
  const ProgressSink& progress_;
  bool approved_;
  const PlanStep* step_ = nullptr;
  StepRun* run_ = nullptr;
  std::optional<Error> taken_over_;
};

}  // namespace

PassResult pass(Ports& ports, const Inputs& inputs, const Stack& stack, Recovery& recovery, Journal& journal, PassMemory& memory,
                const ProgressSink& progress, bool approved) {
  return Pass(ports, inputs, stack, recovery, journal, memory, progress, approved).run();
}

}  // namespace refloat
