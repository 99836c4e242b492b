// The controller's ports in the churn: to an API server that may be away for a moment, and to databases that are read often and change
// never.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "kube/kube_api.h"
#include "postgres/database.h"
#include "sim/sim_kube.h"
#include "simulation/churn/crowd.h"
#include "simulation/churn/streams.h"

namespace refloat::simulation {

class CrowdClock final : public Clock {
 public:
  explicit CrowdClock(const Crowd& crowd) : crowd_(crowd) {}
  Time now() const override { return crowd_.now(); }
  void wait_until(Time /*until*/) override {}

 private:
  const Crowd& crowd_;
};

class ChurnKube final : public KubeApi {
 public:
  explicit ChurnKube(Crowd& crowd) : kube_(crowd.cluster(), "refloat") {}

  void set_mood(ServerMood mood) { mood_ = mood; }
  // On purpose: what is read of a Stack lacks its status, so that every turn writes it.
  void hide_status() { hides_status_ = true; }

  std::string server() const override { return kube_.server(); }
  Result<Json> get(const Resource& object) override;
  Result<Json> get_raw(const std::string& path) override;
  Result<ObjectList> list(const Resource& resource, const ListOptions& options) override;
  Result<Json> create(const Resource& resource, const Json& body, const WriteOptions& options) override;
  Result<Json> replace(const Resource& object, const Json& body, const WriteOptions& options) override;
  Result<Json> patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) override;
  Result<Json> remove(const Resource& object, const DeleteOptions& options) override;
  Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) override;
  Result<AccessAnswer> can_i(const AccessQuestion& question) override;

 private:
  [[nodiscard]] Error away() const;
  [[nodiscard]] bool up() const { return mood_ == ServerMood::up; }

  sim::SimKube kube_;
  ServerMood mood_ = ServerMood::up;
  bool hides_status_ = false;
};

// Nobody writes into these databases: one that is up reads as it did before.
class KnownDatabases final : public DatabaseAccess {
 public:
  explicit KnownDatabases(MemoryServer& server) : server_(server), databases_(server.access()) {}

  // On purpose: none answers any more.
  void go_away() { gone_ = true; }

  DatabaseReading read(const DatabaseTarget& target, Time now) override;
  LoginAnswer try_login(const DatabaseTarget& target, std::string& detail) override { return databases_->try_login(target, detail); }
  Result<RepairAnswer> repair(const DatabaseTarget& target, const RepairRequest& request) override {
    return databases_->repair(target, request);
  }

 private:
  MemoryServer& server_;
  std::unique_ptr<DatabaseAccess> databases_;
  std::map<std::string, DatabaseReading> known_;
  bool gone_ = false;
};

}  // namespace refloat::simulation
