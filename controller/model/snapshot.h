// Everything one pass decides on: a frozen copy with read times. No stage after it reads anything else.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/claim.h"
#include "model/cnpg.h"
#include "model/credential_reading.h"
#include "model/database_reading.h"
#include "model/job.h"
#include "model/log_reading.h"
#include "model/node.h"
#include "model/pod.h"
#include "model/project.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {

// Something that could not be looked at; makes a report incomplete (exit code 3), never "clean".
struct Unexamined {
  std::string what;
  std::string why;
  ErrorKind kind = ErrorKind::transient;
};

struct Snapshot {
  std::string cluster;  // API server address or context, for reports
  Time taken_at{};      // when the oldest read of this snapshot was sent
  std::vector<Application> applications;
  std::vector<AppProject> projects;
  std::vector<Job> jobs;
  std::vector<Pod> pods;
  std::vector<Workload> workloads;
  std::vector<PostgresCluster> postgres_clusters;  // that the Stack's databases name, where CloudNativePG runs them
  // The following only where a fact in use asks for them (ObjectKind).
  std::vector<ReplicaSet> replica_sets;          // of the workloads
  std::vector<Node> nodes;                       // all of the cluster
  std::vector<Claim> claims;                     // of the namespaces that the Applications deploy to
  std::vector<ApplicationSet> application_sets;  // that made the Applications
  std::vector<PostgresDatabase> postgres_databases;
  std::vector<PostgresPooler> postgres_poolers;
  std::map<std::string, DatabaseReading> databases;      // by the Stack's name for it
  std::map<std::string, CredentialReading> credentials;  // likewise
  std::vector<LogReading> logs;
  std::vector<Unexamined> unexamined;

  [[nodiscard]] const Application* application(const std::string& ns, const std::string& name) const;
  // That of an Application.
  [[nodiscard]] const AppProject* project_of(const Application& app) const;
  // Jobs that carry this Application's tracking id (in the Application's destination namespace).
  [[nodiscard]] std::vector<const Job*> jobs_of(const Application& app) const;
  [[nodiscard]] std::vector<const Pod*> pods_of(const Job& job) const;
  // A pod of the Job that runs, or may begin to; null when there is none.
  [[nodiscard]] const Pod* live_pod_of(const Job& job) const;
  // Pods that run, or may begin to, whose Job is gone: nothing else tells of them.
  [[nodiscard]] std::vector<const Pod*> orphaned_job_pods() const;
  // Whether one of the Applications deploys into this namespace of the cluster that was looked at.
  [[nodiscard]] bool is_destination(const std::string& ns) const;
  [[nodiscard]] const Job* job(const std::string& ns, const std::string& name) const;
  // The ReplicaSet that made this Pod; null when it is not known.
  [[nodiscard]] const ReplicaSet* replica_set_of(const Pod& pod) const;
  // The ReplicaSet of the Deployment's newest revision; null when none is known.
  [[nodiscard]] const ReplicaSet* current_replica_set(const Workload& deployment) const;
  [[nodiscard]] const PostgresCluster* postgres_cluster(const PostgresClusterName& wanted) const;
};

}  // namespace refloat
