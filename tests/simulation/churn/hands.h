// What the control plane, Argo CD and people write, one object at a time and each under its own name. A watch sees the same as if they
// all were at work.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "sim/stored_object.h"
#include "simulation/churn/crowd.h"

namespace refloat::simulation {

// How a pod is, as its kubelet says it.
struct PodLook {
  const char* phase = "Running";
  bool ready = false;
  int restarts = 0;
  Json state = Json::object();  // of its container; empty = running
  bool unschedulable = false;
};

// Which Argo CD is installed; each writes other fields.
enum class ArgoVersion { v3_0, v3_2, v3_4, v3_6 };
inline constexpr int argo_versions = 4;

class Hands {
 public:
  Hands(Crowd& crowd, std::uint64_t seed);

  // --- pods and workloads ---
  [[nodiscard]] std::vector<std::string> live_pods(const Tenant& tenant, const std::string& deployment) const;
  // A new pod of a Deployment's present ReplicaSet, or of a Job; returns its name.
  std::string make_pod(const Tenant& tenant, const std::string& deployment);
  std::string make_job_pod(const Tenant& tenant, const std::string& job);
  void schedule(const Tenant& tenant, const std::string& pod);
  void show(const Tenant& tenant, const std::string& pod, const PodLook& look);
  void delete_pod(const Tenant& tenant, const std::string& pod, const char* user);
  void finish_pod(const Tenant& tenant, const std::string& pod);
  void drop_job_finalizer(const Tenant& tenant, const std::string& pod);
  // The Deployment's status from its pods.
  void count(const Tenant& tenant, const std::string& deployment);
  void restart(const Tenant& tenant, const std::string& deployment, const char* user);
  void scale(const Tenant& tenant, const std::string& deployment, int replicas);
  void new_replica_set(const Tenant& tenant, const std::string& deployment);
  void delete_old_replica_sets(const Tenant& tenant, const std::string& deployment);
  [[nodiscard]] int replicas(const Tenant& tenant, const std::string& deployment) const;
  [[nodiscard]] std::string node_of(const Tenant& tenant, const std::string& pod) const;

  // --- Jobs ---
  // How its Jobs are to be made anew.
  void remember_jobs(const Tenant& tenant);
  void make_job(const Tenant& tenant, const std::string& name, bool hook);
  [[nodiscard]] bool has_job(const Tenant& tenant, const std::string& name) const;
  void job_status(const Tenant& tenant, const std::string& name, const Json& status);
  void release_hook(const Tenant& tenant, const std::string& name);
  void delete_job(const Tenant& tenant, const std::string& name, const char* user);
  void finish_job_deletion(const Tenant& tenant, const std::string& name);

  // --- Argo CD ---
  void patch_app(const Tenant& tenant, const std::string& app, const Json& patch, const char* user = "argocd-application-controller");
  // What every refresh writes, whether anything has changed or not.
  void refresh(const Tenant& tenant, const std::string& app, const Json& more = Json::object());
  void ask_refresh(const Tenant& tenant, const std::string& app);
  void start_operation(const Tenant& tenant, const std::string& app, const std::string& revision, const Json& resources);
  void operation_state(const Tenant& tenant, const std::string& app, const std::string& phase, const std::string& message,
                       const Json& more);
  void end_operation(const Tenant& tenant, const std::string& app, const std::string& phase, const std::string& message, const Json& more);
  [[nodiscard]] Json app(const Tenant& tenant, const std::string& app) const;
  void install(ArgoVersion version) { version_ = version; }

  // --- people ---
  void label(const Resource& object, const char* what, const std::string& value);
  [[nodiscard]] Resource resource(const char* group, const char* plural, const std::string& ns, const std::string& name) const;

  // A number below `bound`; a word of this many hexadecimal digits.
  std::uint64_t roll(std::uint64_t bound) { return dice_() % bound; }
  std::string hex(int digits);
  Duration between(Duration low, Duration high);

 private:
  [[nodiscard]] sim::StoredObject stored(const char* group, const char* plural, const std::string& ns, const std::string& name) const;
  void set_status(const Resource& object, const Json& status, const char* user);
  [[nodiscard]] Json fields_of_version(const Json& app) const;
  [[nodiscard]] std::string now_text() const;

  Crowd& crowd_;
  std::mt19937_64 dice_;
  ArgoVersion version_ = ArgoVersion::v3_0;
  std::map<std::string, ArgoVersion> written_by_;  // of each Application
  std::map<std::string, Json> jobs_;               // as they are made, by name
};

}  // namespace refloat::simulation
