#include "sim/jobs.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

constexpr const char* tracking_finalizer = "batch.kubernetes.io/job-tracking";
constexpr std::chrono::seconds first_backoff{10};
constexpr int backoff_doublings_max = 6;

struct PodCounts {
  int active = 0, ready = 0, terminating = 0;
};

bool finished(const Json& job) {
  return condition_true(job, "Complete") || condition_true(job, "Failed");
}

bool pod_finished(const Json& pod) {
  const std::string phase = text_at(pod, {"status", "phase"});
  return phase == "Succeeded" || phase == "Failed";
}

class Jobs final : public Controller {
 public:
  explicit Jobs(ControlPlane plane) : plane_(std::move(plane)) {}

  void step(Time now) override {
    const std::vector<StoredObject> pods = plane_.all("", "pods");
    for (const Json& job : plane_.all("batch", "jobs")) {
      sync(job, pods_of(job, pods), now);
    }
    release_orphans(pods);
  }

 private:
  static std::vector<StoredObject> pods_of(const Json& job, const std::vector<StoredObject>& pods) {
    std::vector<StoredObject> owned;
    std::ranges::copy_if(pods, std::back_inserter(owned), [&](const Json& p) { return owned_by(p, uid_of(job)); });
    return owned;
  }

  // A pod whose Job is gone is no longer counted by anybody.
  void release_orphans(const std::vector<StoredObject>& pods) {
    for (const Json& pod : pods) {
      const Json& owners = at_path(pod, {"metadata", "ownerReferences"});
      const bool of_job = std::ranges::any_of(owners, [](const Json& o) { return o.value("kind", "") == "Job"; });
      if (of_job && has_finalizer(pod, tracking_finalizer) && job_of(owners, ns_of(pod)).is_null()) {
        plane_.remove_finalizer(pod, tracking_finalizer);
      }
    }
  }
  StoredObject job_of(const Json& owners, const std::string& ns) {
    StoredObject job = plane_.find("batch", "jobs", ns, text_at(owners[0], {"name"}));
    return uid_of(job) == text_at(owners[0], {"uid"}) ? std::move(job) : StoredObject();
  }

  void sync(const Json& job, const std::vector<StoredObject>& pods, Time now) {
    if (!text_at(job, {"spec", "managedBy"}).empty()) {
      return;
    }
    if (finished(job)) {
      stop_pods(pods, true);
      expire(job, now);
      return;
    }
    Json status = at_path(job, {"status"}).is_object() ? at_path(job, {"status"}) : Json::object();
    const bool suspended = bool_at(job, {"spec", "suspend"});
    suspend_or_resume(status, suspended, now);
    if (!status.contains("startTime") && !suspended) {
      status["startTime"] = format_time(now);
    }
    if (const auto due = deadline_of(job, status); due && *due > now) {
      plane_.wake_at(*due);
    }
    count(job, status, pods);
    decide(job, status, now);
    PodCounts counts = look(pods);
    if (suspended || condition_true({{"status", status}}, "FailureTarget") || condition_true({{"status", status}}, "SuccessCriteriaMet")) {
      stop_pods(pods, false);
    } else if (counts.active == 0 && counts.terminating == 0 && !is_deleting(job)) {
      counts.active += start_pod(job, status, now);
    }
    finish(status, counts, now);
    status["active"] = counts.active;
    status["ready"] = counts.ready;
    status["terminating"] = counts.terminating;
    plane_.set_status(job, status);
  }

  static void suspend_or_resume(Json& status, bool suspended, Time now) {
    if (suspended) {
      set_condition(status, "Suspended", true, "JobSuspended", "Job suspended", now);
      status.erase("startTime");
    } else if (condition_true({{"status", status}}, "Suspended")) {
      set_condition(status, "Suspended", false, "JobResumed", "Job resumed", now);
    }
  }

  static PodCounts look(const std::vector<StoredObject>& pods) {
    PodCounts counts;
    for (const Json& pod : pods) {
      if (pod_finished(pod)) {
        continue;
      }
      is_deleting(pod) ? ++counts.terminating : ++counts.active;
      counts.ready += condition_true(pod, "Ready") && !is_deleting(pod) ? 1 : 0;
    }
    return counts;
  }

  // A finished pod is counted once and then released; the pods of a Job that is being deleted are released and not counted, so only its
  // deadline can still end it.
  void count(const Json& job, Json& status, const std::vector<StoredObject>& pods) {
    for (const Json& pod : pods) {
      if (!has_finalizer(pod, tracking_finalizer) || !(pod_finished(pod) || is_deleting(job))) {
        continue;
      }
      if (is_deleting(job)) {
        plane_.remove_finalizer(pod, tracking_finalizer);
        continue;
      }
      const char* field = text_at(pod, {"status", "phase"}) == "Succeeded" ? "succeeded" : "failed";
      status[field] = status.value(field, 0) + 1;
      plane_.remove_finalizer(pod, tracking_finalizer);
    }
  }

  static std::optional<Time> deadline_of(const Json& job, const Json& status) {
    const auto started = parse_time(status.value("startTime", ""));
    const std::int64_t seconds = int_at(job, {"spec", "activeDeadlineSeconds"}, -1);
    return started && seconds >= 0 ? std::optional<Time>(*started + std::chrono::seconds(seconds)) : std::nullopt;
  }

  // The verdict, not yet the terminal condition.
  static void decide(const Json& job, Json& status, Time now) {
    const Json seen{{"status", status}};
    if (condition_true(seen, "FailureTarget") || condition_true(seen, "SuccessCriteriaMet")) {
      return;
    }
    const auto deadline = deadline_of(job, status);
    if (status.value("succeeded", 0) >= int_at(job, {"spec", "completions"}, 1)) {
      set_condition(status, "SuccessCriteriaMet", true, "CompletionsReached", "Reached expected number of succeeded pods", now);
    } else if (status.value("failed", 0) > int_at(job, {"spec", "backoffLimit"}, 6)) {
      set_condition(status, "FailureTarget", true, "BackoffLimitExceeded", "Job has reached the specified backoff limit", now);
    } else if (deadline && now >= *deadline) {
      set_condition(status, "FailureTarget", true, "DeadlineExceeded", "Job was active longer than specified deadline", now);
    }
  }

  // The terminal condition is withheld until no pod is left that runs or terminates.
  static void finish(Json& status, const PodCounts& counts, Time now) {
    if (counts.active > 0 || counts.terminating > 0 || !status.contains("startTime")) {
      return;
    }
    for (const auto& [interim, terminal] : {std::pair{"FailureTarget", "Failed"}, std::pair{"SuccessCriteriaMet", "Complete"}}) {
      if (!condition_true({{"status", status}}, interim)) {
        continue;
      }
      const auto it = std::ranges::find_if(status["conditions"], [&](const Json& c) { return c["type"] == interim; });
      const std::string reason = it->value("reason", "");
      const std::string message = it->value("message", "");
      set_condition(status, terminal, true, reason, message, now);
      if (std::string(terminal) == "Complete") {
        status["completionTime"] = format_time(now);
      }
    }
  }

  // Number of pods created: none while the wait after a failure lasts.
  int start_pod(const Json& job, const Json& status, Time now) {
    const int failed = status.value("failed", 0);
    if (const auto due = next_start(job, failed); due && *due > now) {
      plane_.wake_at(*due);
      return 0;
    }
    Json pod{{"apiVersion", "v1"},
             {"kind", "Pod"},
             {"spec", job["spec"]["template"]["spec"]},
             {"metadata", at_path(job, {"spec", "template", "metadata"})}};
    Json& metadata = pod["metadata"];
    metadata["generateName"] = name_of(job) + "-";
    metadata["namespace"] = ns_of(job);
    metadata["finalizers"] = {tracking_finalizer};
    metadata["ownerReferences"] = Json::array({owner_reference(job)});
    return plane_.create(pod).ok() ? 1 : 0;
  }

  std::optional<Time> next_start(const Json& job, int failed) {
    if (failed == 0) {
      return std::nullopt;
    }
    std::optional<Time> last;
    for (const Json& pod : pods_of(job, plane_.all("", "pods"))) {
      const Json& containers = at_path(pod, {"status", "containerStatuses"});
      const auto at = containers.empty() ? std::nullopt : parse_time(text_at(containers[0], {"state", "terminated", "finishedAt"}));
      last = at && (!last || *at > *last) ? at : last;
    }
    return last ? std::optional<Time>(*last + first_backoff * (1 << std::min(failed - 1, backoff_doublings_max))) : std::nullopt;
  }

  void stop_pods(const std::vector<StoredObject>& pods, bool release) {
    for (const Json& pod : pods) {
      if (release && has_finalizer(pod, tracking_finalizer)) {
        plane_.remove_finalizer(pod, tracking_finalizer);
      }
      if (!pod_finished(pod) && !is_deleting(pod)) {
        plane_.remove(pod, "Background");
      }
    }
  }

  void expire(const Json& job, Time now) {
    const std::int64_t ttl = int_at(job, {"spec", "ttlSecondsAfterFinished"}, -1);
    if (ttl < 0 || is_deleting(job)) {
      return;
    }
    for (const Json& condition : at_path(job, {"status", "conditions"})) {
      const auto at = parse_time(text_at(condition, {"lastTransitionTime"}));
      const std::string type = condition.value("type", "");
      if (!at || (type != "Complete" && type != "Failed")) {
        continue;
      }
      if (const Time due = *at + std::chrono::seconds(ttl); now >= due) {
        plane_.remove(job, "Foreground");
      } else {
        plane_.wake_at(due);
      }
    }
  }

  ControlPlane plane_;
};

}  // namespace

std::unique_ptr<Controller> make_job_controller(ControlPlane plane) {
  return std::make_unique<Jobs>(std::move(plane));
}

}  // namespace refloat::sim
