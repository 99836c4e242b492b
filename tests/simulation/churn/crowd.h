// Many healthy Stacks on one simulated cluster: copies of one that the simulated control plane made.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "sim/cluster.h"
#include "simulation/memory/memory_server.h"

namespace refloat::simulation {

// One Stack and the names of what belongs to it.
struct Tenant {
  std::string id;                              // "s017": also the Stack's name
  std::string argo_ns;                         // of its Stack and its Applications
  std::string ns;                              // of its workloads
  std::string user;                            // of its databases
  std::string migrations, runtime, bootstrap;  // Applications
  std::string hook_job, bootstrap_job;
  std::vector<std::string> deployments;
  bool busy = false;         // something is under way that others wait for
  bool drops_hooks = false;  // its hook Job is deleted when it has succeeded, not before the next is made

  [[nodiscard]] std::vector<std::string> applications() const { return {migrations, runtime, bootstrap}; }
};

class Crowd {
 public:
  // `limits`, if not null, goes into each Stack's spec.
  Crowd(int stacks, const Json& limits);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  sim::Cluster& cluster() { return cluster_; }
  sim::ApiServer& api() { return cluster_.api(); }
  MemoryServer& databases() { return databases_; }
  std::vector<Tenant>& tenants() { return tenants_; }
  [[nodiscard]] const std::string& database_address() const { return address_; }
  [[nodiscard]] Time now() const { return cluster_.now(); }

 private:
  void copy(int number, const std::vector<Json>& objects, const Json& limits);
  void copy_databases(const Tenant& tenant, MemoryServer& from);

  sim::Cluster cluster_;
  MemoryServer databases_;
  std::string address_;
  std::vector<Tenant> tenants_;
};

}  // namespace refloat::simulation
