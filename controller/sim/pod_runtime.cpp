#include "sim/pod_runtime.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/control_plane.h"
#include "sim/program.h"

namespace refloat::sim {

namespace {

constexpr std::chrono::seconds crash_backoff_first{10};
constexpr std::chrono::seconds crash_backoff_max{300};
constexpr std::chrono::seconds pull_backoff{10};
constexpr std::chrono::seconds steady_look{2};

std::vector<std::string> words(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& word : list) {
    texts.push_back(word.get<std::string>());
  }
  return texts;
}

std::map<std::string, std::string> label_map(const Json& pod) {
  std::map<std::string, std::string> labels;
  for (const auto& [key, value] : at_path(pod, {"metadata", "labels"}).items()) {
    labels[key] = value.get<std::string>();
  }
  return labels;
}

Json terminated(const ContainerRuntime& c) {
  return {{"exitCode", *c.exit_code},
          {"reason", *c.exit_code == 0 ? "Completed" : "Error"},
          {"startedAt", format_time(c.started_at.value_or(Time{}))},
          {"finishedAt", format_time(c.finished_at.value_or(Time{}))}};
}

Json state_of(const ContainerRuntime& c, bool initialized) {
  if (!c.waiting_reason.empty()) {
    return {{"waiting", {{"reason", c.waiting_reason}, {"message", c.waiting_message}}}};
  }
  if (c.exit_code) {
    return {{"terminated", terminated(c)}};
  }
  if (c.process) {
    return {{"running", {{"startedAt", format_time(*c.started_at)}}}};
  }
  return {{"waiting", {{"reason", initialized || c.init ? "ContainerCreating" : "PodInitializing"}}}};
}

Json container_status(const ContainerRuntime& c, bool initialized) {
  Json status{{"name", text_at(c.spec, {"name"})},
              {"image", text_at(c.spec, {"image"})},
              {"ready", c.init ? c.succeeded() : c.ready},
              {"restartCount", c.restarts},
              {"started", c.process != nullptr}};
  status["state"] = state_of(c, initialized);
  status["lastState"] = c.last_terminated.is_null() ? Json::object() : Json{{"terminated", c.last_terminated}};
  return status;
}

}  // namespace

PodRuntime::PodRuntime(Json pod) : pod_(std::move(pod)), restart_policy_(text_at(pod_, {"spec", "restartPolicy"}, "Always")) {
  for (const char* list : {"initContainers", "containers"}) {
    for (const Json& spec : at_path(pod_, {"spec", list})) {
      ContainerRuntime container;
      container.spec = spec;
      container.init = std::string(list) == "initContainers";
      containers_.push_back(std::move(container));
    }
  }
}

bool PodRuntime::initialized() const {
  return std::ranges::all_of(containers_, [](const ContainerRuntime& c) { return !c.init || c.succeeded(); });
}

Time PodRuntime::step(const ContainerEnvironment& environment, Time now) {
  if (started_ == Time{}) {
    started_ = now;
    ++version_;
  }
  for (ContainerRuntime& container : containers_) {
    const bool waits_for_init = !container.init && !initialized();
    if (!waits_for_init) {
      step_container(container, environment, now);
    }
    if (container.init && !container.succeeded()) {
      break;
    }
  }
  Time next = now + std::chrono::hours(1);
  for (const ContainerRuntime& c : containers_) {
    if (c.process) {
      next = std::min(next, c.next_poll);
    } else if (c.start_again_at) {
      next = std::min(next, *c.start_again_at);
    }
  }
  return std::max(next, now + Duration{1});
}

void PodRuntime::step_container(ContainerRuntime& container, const ContainerEnvironment& environment, Time now) {
  const bool due = !container.start_again_at || now >= *container.start_again_at;
  if (!container.process && due && (!container.exit_code || container.start_again_at)) {
    start(container, environment, now);
  }
  if (!container.process || now < container.next_poll) {
    return;
  }
  ProcessState state = container.process->poll(now);
  std::ranges::move(state.lines, std::back_inserter(container.log));
  version_ += state.ready != container.ready ? 1 : 0;
  container.ready = state.ready;
  container.next_poll =
      now + (state.ready ? std::max<Duration>(container.process->poll_every(), steady_look) : container.process->poll_every());
  if (state.exit_code) {
    ended(container, *state.exit_code, now);
  }
}

bool PodRuntime::resolve_env(ContainerRuntime& container, const ContainerEnvironment& environment, ProcessStart& start) const {
  for (const Json& entry : at_path(container.spec, {"env"})) {
    const std::string name = text_at(entry, {"name"});
    if (!entry.contains("valueFrom")) {
      start.env[name] = text_at(entry, {"value"});
      continue;
    }
    const auto value = environment.value_of(entry["valueFrom"]);
    if (!value) {
      container.waiting_reason = "CreateContainerConfigError";
      container.waiting_message = "secret or key for " + name + " not found";
      return false;
    }
    start.env[name] = *value;
  }
  return true;
}

void PodRuntime::start(ContainerRuntime& container, const ContainerEnvironment& environment, Time now) {
  ++version_;
  ProcessStart begin{
      ns_of(pod_),      name_of(pod_), text_at(container.spec, {"name"}), text_at(container.spec, {"image"}), label_map(pod_), {}, {}, {},
      container.starts, now,           environment.somebody_ready};
  begin.command = words(at_path(container.spec, {"command"}));
  begin.args = words(at_path(container.spec, {"args"}));
  const Program program = environment.program(begin.image);
  container.start_again_at = now + pull_backoff;
  if (!program) {
    container.waiting_message = "failed to pull and unpack image \"" + begin.image + "\"";
    container.waiting_reason = container.waiting_reason == "ErrImagePull" ? "ImagePullBackOff" : "ErrImagePull";
    return;
  }
  if (!resolve_env(container, environment, begin)) {
    return;
  }
  if (container.exit_code) {
    container.last_terminated = terminated(container);
    container.previous_log = std::exchange(container.log, {});
    container.has_previous = true;
    ++container.restarts;
  }
  container.exit_code.reset();
  container.start_again_at.reset();
  container.waiting_reason.clear();
  container.waiting_message.clear();
  container.started_at = now;
  container.next_poll = now;
  ++container.starts;
  container.process = program(begin);
}

void PodRuntime::ended(ContainerRuntime& container, int exit_code, Time now) {
  ++version_;
  container.process.reset();
  container.ready = false;
  container.exit_code = exit_code;
  container.finished_at = now;
  const bool again = restart_policy_ == "Always" ? !(container.init && exit_code == 0) : restart_policy_ == "OnFailure" && exit_code != 0;
  if (!again) {
    return;
  }
  // The first restart comes at once, then the kubelet waits 10 s, 20 s, ... and calls the wait CrashLoopBackOff.
  if (container.starts < 2) {
    container.start_again_at = now + Duration{1000};
    return;
  }
  const auto wait = std::min(crash_backoff_max, crash_backoff_first * (1 << std::min(container.starts - 2, 5)));
  container.start_again_at = now + wait;
  container.waiting_reason = "CrashLoopBackOff";
  container.waiting_message =
      "back-off " + format_duration(wait) + " restarting failed container=" + text_at(container.spec, {"name"}) + " pod=" + name_of(pod_);
}

void PodRuntime::kill_all(int exit_code, Time now) {
  ++version_;
  for (ContainerRuntime& container : containers_) {
    if (container.process) {
      container.process->terminate();
      container.process.reset();
      container.exit_code = exit_code;
      container.finished_at = now;
    }
    container.ready = false;
    container.start_again_at = Time::max();
  }
}

void PodRuntime::crash(Time now) {
  for (ContainerRuntime& container : containers_) {
    if (container.process) {
      container.process->terminate();
      ended(container, 137, now);
    }
  }
}

std::string PodRuntime::phase() const {
  const auto over = [&](const ContainerRuntime& c) {
    return c.exit_code && restart_policy_ != "Always" && (restart_policy_ == "Never" || *c.exit_code == 0);
  };
  const auto killed = [&](const ContainerRuntime& c) { return c.exit_code && stopping_since; };
  const bool init_failed = std::ranges::any_of(
      containers_, [&](const ContainerRuntime& c) { return c.init && restart_policy_ == "Never" && c.exit_code && *c.exit_code != 0; });
  if (init_failed) {
    return "Failed";
  }
  if (!initialized()) {
    return stopping_since && std::ranges::none_of(containers_, [](const ContainerRuntime& c) { return c.process != nullptr; }) ? "Failed"
                                                                                                                               : "Pending";
  }
  const bool ended = std::ranges::all_of(containers_, [&](const ContainerRuntime& c) { return c.init || over(c) || killed(c); });
  if (ended) {
    return std::ranges::all_of(containers_, &ContainerRuntime::succeeded) ? "Succeeded" : "Failed";
  }
  const bool started = std::ranges::any_of(containers_, [](const ContainerRuntime& c) { return !c.init && c.starts > 0; });
  return started ? "Running" : "Pending";
}

Json PodRuntime::status(Json status, Time now) const {
  const bool all_ready = initialized() && std::ranges::all_of(containers_, [](const ContainerRuntime& c) { return c.init || c.ready; });
  status["phase"] = phase();
  status["startTime"] = format_time(started_);
  status["hostIP"] = "127.0.0.1";
  set_condition(status, "PodScheduled", true, "", "", now);
  set_condition(status, "Initialized", initialized(), initialized() ? "" : "ContainersNotInitialized", "", now);
  set_condition(status, "Ready", all_ready, all_ready ? "" : "ContainersNotReady", "", now);
  set_condition(status, "ContainersReady", all_ready, all_ready ? "" : "ContainersNotReady", "", now);
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    status[list] = Json::array();
  }
  for (const ContainerRuntime& c : containers_) {
    status[c.init ? "initContainerStatuses" : "containerStatuses"].push_back(container_status(c, initialized()));
  }
  return status;
}

}  // namespace refloat::sim
