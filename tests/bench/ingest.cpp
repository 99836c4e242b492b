// The cache as the controller uses it, for measuring.
//   refloat_bench_ingest watch [--pods] [--storm N]    follows the cluster of KUBECONFIG, as informer/ingest does with client-go
//   refloat_bench_ingest curve N [EVENTS [STACKS]]     N Applications from a generator in this process, then changes of single ones; the
//                                                      first of them in so many Stacks of their own
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/time.h"
#include "cache/concerns.h"
#include "cache/store.h"
#include "cache/watched.h"
#include "kube/connect.h"
#include "kube/stream_loop.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "watch/watcher.h"

namespace refloat {
namespace {

namespace chr = std::chrono;

const auto began = chr::steady_clock::now();

double seconds_since(chr::steady_clock::time_point start) {
  return chr::duration<double>(chr::steady_clock::now() - start).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string memory_kb(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == field && status >> word) return word;
  }
  return "0";
}

// Looks at everything that is dirty as the controller does, by a slice each; how many look ill.
struct Looker {
  Store& store;
  std::map<std::string, std::shared_ptr<const Stack>> stacks = {};
  long sick = 0;

  void look() {
    for (const Concern& concern : store.take_dirty()) {
      const bool stack = concern.of == Concern::Of::stack;
      const Snapshot slice = stack ? store.slice(*stacks.at(concern.name)) : store.slice_application(concern.ns, concern.name);
      for (const Application& app : slice.applications) {
        const std::string phase = app.operation ? app.operation->phase : std::string();
        if (app.health == "Degraded" || phase == "Failed" || phase == "Error") ++sick;
      }
    }
  }
  void report(const char* what) const {
    std::printf("%s seconds=%.3f cpu=%.3f hwm_kb=%s sick=%ld\n", what, seconds_since(began), cpu_seconds(), memory_kb("VmHWM:").c_str(),
                sick);
    std::fflush(stdout);
  }
};

// --- a real cluster ----------------------------------------------------------------------------------------------------------------

int follow(bool pods, std::uint64_t storm) {
  SystemClock clock;
  const Result<Connected> connected = connect({}, clock);
  if (!connected) {
    std::fprintf(stderr, "%s\n", connected.error().message.c_str());
    return 1;
  }
  Store store(connected->api->server(), clock);
  StreamLoop loop;
  Watcher watcher(loop);
  const auto watch = [&](Watched what) {
    return watcher.add({.origin = connected->origin, .resource = resource_of(what, "")}, store.sink(what, ""));
  };
  const WatchId applications = watch(Watched::application);
  if (pods) watch(Watched::pod);
  while (!watcher.all_synced()) watcher.run_once(Duration(100));
  Looker looker{store};
  looker.look();
  looker.report("synced");
  const std::uint64_t until = watcher.health(applications)->events + storm;
  while (watcher.health(applications)->events < until) {
    watcher.run_once(Duration(100));
    looker.look();
  }
  if (storm > 0) looker.report("stormed");
  return 0;
}

// --- a generator -------------------------------------------------------------------------------------------------------------------

// Applications of 16 KB one after another, none of which is kept: the members that count, and what else a real one carries.
class Generator {
 public:
  // Version 0 is the first state of an Application; a later one differs in its health.
  std::string_view application(int number, int version) {
    const std::string name = "service-" + std::to_string(number);
    const std::string ns = "team-" + std::to_string(number % 500);
    text_ =
        R"({"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":")" + name + R"(","namespace":"argocd","uid":")" +
        uid(number) + R"(","resourceVersion":")" + std::to_string(++revision_) + R"(","labels":{"team":")" + ns +
        R"("},"managedFields":[{"manager":"argocd","fieldsV1":{)" + padding_ + R"(}}]},"spec":{"project":"team-)" +
        std::to_string(number % 40) + R"(","destination":{"server":"https://kubernetes.default.svc","namespace":")" + ns +
        R"("},"source":{"repoURL":"https://git.example.com/deployments.git","path":"services/)" + name +
        R"(","targetRevision":"main"},"syncPolicy":{"automated":{"selfHeal":true},"syncOptions":["CreateNamespace=true"]}},"status":{"health":{"status":")" +
        (version % 2 == 0 ? "Healthy" : "Degraded") +
        R"("},"sync":{"status":"Synced","revision":"0123456789abcdef0123456789abcdef01234567"},)" + R"("history":[{"x":")" + history_ +
        R"("}],"resources":[)";
    rows(name, ns, false);
    text_ += R"(],"operationState":{"phase":"Succeeded","message":"successfully synced","startedAt":"2025-11-11T09:30:00Z",)"
             R"("finishedAt":"2025-11-11T09:30:42Z","syncResult":{"revision":"0123456789abcdef0123456789abcdef01234567","resources":[)";
    rows(name, ns, true);
    text_ += "]}}}}";
    return text_;
  }

 private:
  static std::string uid(int number) {
    std::string digits = std::to_string(number);
    return "0a0b0c0d-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }
  void rows(const std::string& name, const std::string& ns, bool synced) {
    const std::vector<std::pair<const char*, const char*>> kinds = {{"", "Service"},
                                                                    {"", "ServiceAccount"},
                                                                    {"", "ConfigMap"},
                                                                    {"apps", "Deployment"},
                                                                    {"batch", "CronJob"},
                                                                    {"autoscaling", "HorizontalPodAutoscaler"},
                                                                    {"policy", "PodDisruptionBudget"},
                                                                    {"networking.k8s.io", "Ingress"},
                                                                    {"networking.k8s.io", "NetworkPolicy"},
                                                                    {"rbac.authorization.k8s.io", "Role"},
                                                                    {"rbac.authorization.k8s.io", "RoleBinding"},
                                                                    {"monitoring.coreos.com", "ServiceMonitor"},
                                                                    {"external-secrets.io", "ExternalSecret"},
                                                                    {"batch", "Job"}};
    for (const auto& [group, kind] : kinds) {
      if (text_.back() != '[') text_ += ',';
      text_ += R"({"group":")" + std::string(group) + R"(","version":"v1","kind":")" + kind + R"(","namespace":")" + ns + R"(","name":")" +
               name + R"(","status":"Synced")";
      if (synced) text_ += R"(,"message":")" + std::string(kind) + "/" + name + R"( unchanged","hookPhase":"Running","syncPhase":"Sync")";
      text_ += synced ? "}" : R"(,"health":{"status":"Healthy"}})";
    }
  }

  std::string text_;
  int revision_ = 1000;
  const std::string padding_ = make_padding();
  const std::string history_ = std::string(6000, 'h');
  static std::string make_padding() {
    std::string padding;
    for (int i = 0; i < 150; ++i) padding += (i == 0 ? "" : ",") + ("\"f:field" + std::to_string(i)) + "\":{}";
    return padding;
  }
};

// One Application each.
double add_stacks(int count, Store& store, Looker& looker) {
  const std::clock_t before = std::clock();
  for (int i = 0; i < count; ++i) {
    auto stack = std::make_shared<Stack>();
    stack->ns = "argocd";
    stack->name = "service-" + std::to_string(i);
    stack->applications = {{"migrations", stack->name}};
    looker.stacks.emplace(stack->name, stack);
    store.put_stack(stack);
  }
  return count == 0 ? 0 : static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / count * 1e6;
}

int curve(int count, int events, int stacks) {
  SystemClock clock;
  Store store({"https://generated"}, clock);
  const auto sink = store.sink(Watched::application, "");
  for (const Watched what : {Watched::project, Watched::job, Watched::pod, Watched::deployment, Watched::stateful_set})
    store.sink(what, "")->list_ends();
  Generator generator;
  Looker looker{store};
  sink->list_begins();
  std::size_t bytes = 0;
  for (int i = 0; i < count; ++i) {
    const std::string_view text = generator.application(i, 0);
    bytes += text.size();
    sink->changed(text);
  }
  sink->list_ends();
  const double us_per_stack = add_stacks(std::min(stacks, count), store, looker);
  looker.look();
  const std::string filled = memory_kb("VmHWM:");
  std::mt19937 random(1);
  double cpu = 0;
  for (int i = 0; i < events; ++i) {
    const std::string text(generator.application(static_cast<int>(random() % static_cast<unsigned>(count)), 1 + i / count));
    const std::clock_t before = std::clock();
    sink->changed(text);
    looker.look();
    cpu += static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  }
  std::printf("applications=%d bytes_each=%zu hwm_kb=%s us_per_event=%.1f us_per_stack=%.1f sick=%ld\n", count,
              bytes / static_cast<std::size_t>(count), filled.c_str(), cpu / events * 1e6, us_per_stack, looker.sick);
  return 0;
}

int usage() {
  std::fputs("usage: refloat_bench_ingest watch [--pods] [--storm N] | curve N [EVENTS [STACKS]]\n", stderr);
  return 1;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() >= 2 && arguments[0] == "curve")
    return curve(std::stoi(arguments[1]), arguments.size() > 2 ? std::stoi(arguments[2]) : 20000,
                 arguments.size() > 3 ? std::stoi(arguments[3]) : 0);
  if (arguments.empty() || arguments[0] != "watch") return usage();
  const bool pods = std::find(arguments.begin(), arguments.end(), "--pods") != arguments.end();
  const auto storm = std::find(arguments.begin(), arguments.end(), "--storm");
  return follow(pods, storm != arguments.end() && storm + 1 != arguments.end() ? std::stoull(*(storm + 1)) : 0);
}

}  // namespace
}  // namespace refloat

int main(int argc, char** argv) {
  return refloat::run({argv + 1, argv + argc});
}
