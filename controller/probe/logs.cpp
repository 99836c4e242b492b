#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "kube/kube_api.h"
#include "model/pod.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "probe/probe.h"

namespace refloat {
namespace {

constexpr int lines_max = 40;
constexpr int log_bytes_max = 32 * 1024;

bool in_trouble(const ContainerState& container) {
  if (container.waiting_reason == "CrashLoopBackOff" || container.waiting_reason == "RunContainerError") return true;
  const bool failed = container.last_exit_code.value_or(0) != 0;
  // Between two crashes a container runs for a moment; its last exit code still tells.
  return failed && (container.terminated || !container.ready);
}

bool in_trouble(const Pod& pod) {
  return std::any_of(pod.containers.begin(), pod.containers.end(), [](const ContainerState& c) { return in_trouble(c); });
}

// Job pods first, they say why a migration failed; then the newest.
std::vector<const Pod*> worth_reading(const Snapshot& snapshot, const Stack& stack, int pods_max) {
  std::vector<const Pod*> pods;
  for (const Pod& pod : snapshot.pods) {
    const bool ours = pod.ref.ns == stack.workload_namespace || pod.owner_kind == "Job";
    if (ours && in_trouble(pod)) pods.push_back(&pod);
  }
  std::stable_sort(pods.begin(), pods.end(), [](const Pod* a, const Pod* b) {
    const bool a_job = a->owner_kind == "Job", b_job = b->owner_kind == "Job";
    return a_job != b_job ? a_job : a->created_at.value_or(Time{}) > b->created_at.value_or(Time{});
  });
  if (pods.size() > static_cast<std::size_t>(std::max(pods_max, 0))) pods.resize(static_cast<std::size_t>(std::max(pods_max, 0)));
  return pods;
}

std::vector<std::string> last_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string& line : split(text, '\n')) {
    std::string clean = printable(redact_patterns(line));
    if (!trim(clean).empty()) lines.push_back(std::move(clean));
  }
  if (lines.size() > lines_max) lines.erase(lines.begin(), lines.end() - lines_max);
  return lines;
}

// A line that was cut at the limit may end in the middle of what a pattern would have known as a password.
std::string whole_lines(const std::string& text) {
  if (text.size() < log_bytes_max) return text;
  const auto end = text.rfind('\n');
  return end == std::string::npos ? std::string() : text.substr(0, end);
}

class LogProbe {
 public:
  LogProbe(KubeApi& api, const Clock& clock, Snapshot& snapshot) : api_(api), clock_(clock), snapshot_(snapshot) {}

  void read(const Pod& pod) {
    for (const ContainerState& container : pod.containers) {
      if (!in_trouble(container)) continue;
      if (container.restarts > 0) read(pod, container, true);
      read(pod, container, false);
    }
  }

 private:
  void read(const Pod& pod, const ContainerState& container, bool previous) {
    if (closed_.contains(pod.ref.ns)) return;
    LogOptions options;
    options.container = container.name;
    options.previous = previous;
    options.tail_lines = lines_max;
    options.limit_bytes = log_bytes_max;
    const Result<std::string> text = api_.logs(pod.ref.ns, pod.ref.name, options);
    if (!text) return note(pod, text.error());
    std::vector<std::string> lines = last_lines(whole_lines(*text));
    if (!lines.empty()) snapshot_.logs.push_back({pod.ref.name, container.name, previous, clock_.now(), std::move(lines)});
  }

  // A log that is not there (pod gone, container not started, no earlier instance) is nothing to report.
  void note(const Pod& pod, const Error& error) {
    if (error.kind == ErrorKind::not_found || error.kind == ErrorKind::invalid) return;
    closed_.insert(pod.ref.ns);
    const bool denied = error.kind == ErrorKind::denied;
    snapshot_.unexamined.push_back({"logs of pods in namespace " + pod.ref.ns,
                                    denied ? "not allowed: needs verb get on pods/log in namespace " + pod.ref.ns : error.message,
                                    error.kind});
  }

  KubeApi& api_;
  const Clock& clock_;
  Snapshot& snapshot_;
  std::set<std::string> closed_;  // namespaces where asking again is pointless in this pass
};

}  // namespace

void probe_logs(KubeApi& api, const Stack& stack, const ProbeOptions& options, const Clock& clock, Snapshot& snapshot) {
  LogProbe probe(api, clock, snapshot);
  for (const Pod* pod : worth_reading(snapshot, stack, options.log_pods_max)) probe.read(*pod);
}

}  // namespace refloat
