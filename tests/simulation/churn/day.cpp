#include "simulation/churn/day.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "base/diagnostics.h"
#include "cli/world.h"
#include "config/playbook_reader.h"
#include "report/metrics.h"

namespace refloat::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration lease_every = seconds(4), tell_every = seconds(1), compact_every = minutes(2), sample_every = minutes(10);
// A watch that is not open waits to be opened again.
constexpr Duration reopen_every = milliseconds(250);
constexpr std::size_t watches = 16;
constexpr std::size_t entries_max = 1000;  // of the audit log, before they are read

Json limits_for(const std::string& broken) {
  return broken == "settle" ? Json{{"settle", "1ms"}, {"hookTerminatingAfter", "1ms"}} : Json();
}

}  // namespace

// What dies with the process.
struct Day::Life {
  Life(Day& day, const std::string& name)
      : clock(day.crowd_),
        controller({day.kube_, day.databases_, clock}, day.origin_, day.streams_, day.inputs_,
                   ControllerOptions{.lease = {.ns = "default", .name = "refloat-controller", .holder = name}}, metrics,
                   [&day](const std::string& event, const Json& fields) {
                     day.judge_.hear(event, fields, day.now() < day.churn_.disturbed_until());
                   }) {}
  CrowdClock clock;
  Metrics metrics;
  Controller controller;
};

Day::Day(DayOptions options)
    : options_(std::move(options)),
      crowd_(options_.stacks, limits_for(options_.broken)),
      streams_(crowd_, options_.seed),
      kube_(crowd_),
      databases_(crowd_.databases()),
      judge_(crowd_),
      churn_(crowd_, calendar_, streams_, {[this](ServerMood mood) { set_mood(mood); }, [this] { restart_ = true; }}, options_.seed + 1) {
  Diagnostics diagnostics;
  inputs_.playbooks = built_in_playbooks(vocabulary(), diagnostics);
  for (const char* database : {"default", "visibility"}) inputs_.probe.addresses[database] = crowd_.database_address();
  auto origin = std::make_shared<Origin>();
  origin->endpoint.server = kube_.server();
  origin_ = origin;
  if (options_.broken == "status") kube_.hide_status();
  if (options_.broken == "leak") streams_.forget_no_pod();
  if (options_.broken == "database") calendar_.at(now() + minutes(15), [this] { databases_.go_away(); });
  // Time passes while a request is under way, and the churn goes on.
  crowd_.cluster().clock().set_driver([this](Time from, Time until) {
    calendar_.run_until(from);
    return std::clamp(calendar_.next(), from + Duration(1), until);
  });
}

Day::~Day() = default;

void Day::set_mood(ServerMood mood) {
  kube_.set_mood(mood);
  streams_.set_mood(mood);
}

// Not orderly: the Lease of the one before is not given back.
void Day::start_refloat() {
  restart_ = false;
  life_.reset();
  life_ = std::make_unique<Life>(*this, "refloat/" + std::to_string(++lives_));
  life_->controller.begin();
  lease_due_ = tell_due_ = now();
}

Time Day::next_due(Time end) const {
  Time next = std::min({end, calendar_.next(), lease_due_, tell_due_, compact_due_, streams_.next()});
  if (const auto turn = life_->controller.next_turn()) next = std::min(next, *turn);
  if (streams_.open_count() < watches) next = std::min(next, now() + reopen_every);
  return next;
}

void Day::let_refloat_work() {
  Controller& controller = life_->controller;
  controller.follow(Duration(0));
  if (now() >= lease_due_) {
    lease_due_ = now() + lease_every;
    controller.renew_lease();
  }
  if (now() >= tell_due_) {
    tell_due_ = now() + tell_every;
    controller.tell();
  }
  if (controller.turn()) ++turns_;
}

void Day::keep_house() {
  if (crowd_.cluster().audit().size() > entries_max) judge_.read_audit();
  if (now() < compact_due_) return;
  compact_due_ = now() + compact_every;
  if (streams_.open_count() < watches) return;  // it would have to list anew each time
  life_->controller.follow(Duration(0));
  streams_.compact();
  if (now() < sample_due_) return;
  sample_due_ = now() + sample_every;
  judge_.read_audit();
  judge_.sample(life_->controller.holdings());
}

void Day::play_until(Time end) {
  while (now() < end) {
    if (restart_) start_refloat();
    const Time next = next_due(end);
    if (next > now()) crowd_.cluster().advance(next - now());
    calendar_.run_until(now());
    let_refloat_work();
    keep_house();
  }
}

void Day::print(double took_s) const {
  for (const auto& [what, times] : churn_.counts()) std::printf("churn %-30s %llu\n", what.c_str(), static_cast<unsigned long long>(times));
  const WireCounts& wire = streams_.counts();
  std::printf("wire  watches %llu  lists %llu  events %llu  bookmarks %llu  timeouts %llu  gone %llu  cut %llu  refused %llu\n",
              static_cast<unsigned long long>(wire.opened), static_cast<unsigned long long>(wire.lists),
              static_cast<unsigned long long>(wire.events), static_cast<unsigned long long>(wire.bookmarks),
              static_cast<unsigned long long>(wire.timeouts), static_cast<unsigned long long>(wire.gone),
              static_cast<unsigned long long>(wire.cut), static_cast<unsigned long long>(wire.refused));
  const Record& record = judge_.record();
  for (const auto& [what, times] : record.by_what) std::printf("asked %-30s %llu\n", what.c_str(), static_cast<unsigned long long>(times));
  std::printf("turns %llu  looks %llu  requests %llu  leases %llu  statuses %llu  events %llu  failed turns %llu\n",
              static_cast<unsigned long long>(turns_), static_cast<unsigned long long>(record.looks),
              static_cast<unsigned long long>(record.requests), static_cast<unsigned long long>(record.lease_writes),
              static_cast<unsigned long long>(record.status_writes), static_cast<unsigned long long>(record.events),
              static_cast<unsigned long long>(record.failed_turns));
  std::size_t peak = 0;
  for (const Sample& sample : judge_.samples()) peak = std::max(peak, sample.resident_bytes);
  std::printf("peak  resident %zu KiB of simulator and controller together\n", peak / 1024);
  std::printf("%d Stacks, %.1f hours, seed %llu: %.1f s\n", options_.stacks, options_.hours, static_cast<unsigned long long>(options_.seed),
              took_s);
}

int Day::verdict() {
  const auto whole = Duration(static_cast<Duration::rep>(options_.hours * 3600000));
  const Duration warm_up = std::min<Duration>(minutes(60), whole / 4);
  const Duration window = std::clamp<Duration>(whole / 8, minutes(10), minutes(60));
  judge_.conclude(now() - whole + warm_up, window);
  int failed = static_cast<int>(judge_.violations().size());
  int passed = static_cast<int>(Judge::properties().size()) - failed;
  for (const auto& [what, times] : churn_.counts()) {
    if (times == 0) std::printf("VIOLATION never happened: %s\n", what.c_str());
    ++(times == 0 ? failed : passed);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

int Day::run() {
  const auto began = std::chrono::steady_clock::now();
  const auto whole = Duration(static_cast<Duration::rep>(options_.hours * 3600000));
  churn_.begin(whole);
  compact_due_ = now() + compact_every;
  sample_due_ = now();
  play_until(now() + whole);
  print(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  return verdict();
}

}  // namespace refloat::simulation
