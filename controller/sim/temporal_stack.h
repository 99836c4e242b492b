// A whole Temporal stack on Argo CD in a simulated cluster, as the incidents describe it, and the ways in which people and machines break
// it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "sim/cluster.h"
#include "sim/program.h"
#include "sim/stored_object.h"

namespace refloat::sim {

// Every name may differ from every other.
struct TemporalNames {
  std::string prefix = "dev-";
  std::string ns = "ameide-dev";
  std::string argo_ns = "argocd";
  std::string migrations_app = "data-migrations-temporal";  // with the prefix
  std::string runtime_app = "data-temporal";
  std::string bootstrap_app = "data-temporal-namespace-bootstrap";
  std::string hook_job = "data-migrations-temporal-temporal-migrations";
  std::string bootstrap_job = "temporal-register-namespaces";
  std::string env_secret = "temporal-db-env";                  // what the service logs in with
  std::string credentials_secret = "temporal-db-credentials";  // what the role's password is set from
  std::string user = "temporal", password = "sim-password";
  std::string database = "temporal", visibility_database = "temporal_visibility";
  std::string repo = "https://git.sim.local/ameide/gitops.git";
  int retry_limit = 10;
};

// What the stack's containers do.
struct TemporalPrograms {
  Program migrate, frontend, backend, bootstrap;
};

// What happens to the databases when somebody breaks them; the stack itself knows no database.
struct DatabaseEffects {
  std::function<void()> drop_and_recreate;
  std::function<void(const std::string& version, int statements)> kill_next_migration;
  std::function<void(const std::string& version)> reset_version;
};

class TemporalStack {
 public:
  // Creates namespace, Secrets, repository and ApplicationSet; Argo CD does the rest as time passes.
  TemporalStack(Cluster& cluster, TemporalNames names, TemporalPrograms programs, DatabaseEffects databases = {});

  [[nodiscard]] const TemporalNames& names() const { return names_; }
  // The three Applications, in the order of their phases.
  [[nodiscard]] std::vector<std::string> applications() const;
  [[nodiscard]] StoredObject application(const std::string& name) const;
  [[nodiscard]] std::string migrations() const { return names_.prefix + names_.migrations_app; }
  [[nodiscard]] std::string runtime() const { return names_.prefix + names_.runtime_app; }
  [[nodiscard]] std::string bootstrap() const { return names_.prefix + names_.bootstrap_app; }
  // All three Synced and Healthy, nothing running, every pod of the service ready.
  [[nodiscard]] bool healthy() const;
  bool wait_until_healthy(Duration limit);

  // T1: the databases are dropped and recreated empty under the live stack.
  void drop_databases();
  // T4: the next migration dies in this version after so many statements.
  void kill_migration(const std::string& version, int statements);
  // Somebody writes an older version into schema_version.
  void reset_version(const std::string& version);
  // A sync of an application as a person would start it.
  void start_sync(const std::string& app);
  // T5: kubectl delete of the hook Job (and its pod) while its operation runs.
  void delete_hook();
  // The hook Job disappears for good: its finalizer is removed by hand too.
  void remove_hook();
  // The write-up's recipe: operation set to null while it runs.
  void null_operation(const std::string& app);
  // kubectl patch of operationState.phase.
  void write_phase(const std::string& app, const std::string& phase);
  // A finalizer that is not Argo CD's on the hook Job.
  void hold_hook(const std::string& finalizer);
  // T6: the Secret that the service uses no longer holds the role's password.
  void change_secret(const std::string& secret, const std::string& password);
  // A sync window that denies now and for `duration`.
  void close_window(const std::string& duration);
  void open_window();
  // The service's pods are killed and started anew by their Deployment.
  void kill_pods();
  // From now on the migration's container runs this instead, until told otherwise.
  void set_migrate_program(Program program);

 private:
  [[nodiscard]] Json hook_manifest() const;
  [[nodiscard]] Json deployment(const std::string& component) const;
  [[nodiscard]] Json bootstrap_manifest() const;
  [[nodiscard]] Json environment() const;
  [[nodiscard]] Json application_set() const;
  [[nodiscard]] std::string image(const std::string& what) const {
    return "registry.sim.local/" + names_.ns + "/temporal-" + what + ":1.29.1";
  }
  void create_secret(const std::string& name);
  [[nodiscard]] std::vector<StoredObject> pods_of(const std::string& label, const std::string& value) const;

  Cluster* cluster_;
  TemporalNames names_;
  DatabaseEffects databases_;
};

}  // namespace refloat::sim
