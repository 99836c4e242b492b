// The program's ports in the soak: watched by the witness, and struck by the faults that the simulated servers do not know.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kube/kube_api.h"
#include "postgres/database.h"
#include "sim/sim_kube.h"
#include "simulation/soak/witness.h"

namespace refloat::simulation {

// Thrown where a process dies; nothing of the program catches it.
struct ProcessDied {};

// What the ports of one process share with the scene that runs it.
struct PortFaults {
  bool dead = false;                    // nothing it sends arrives any more
  int errors = 0;                       // answers that refloat_api_errors_total would count as the server's or the network's trouble
  Witness::Told told = Json::object();  // the Stack as it was read last
  Duration skew{0};                     // its clock's error
  int page_size = 0;                    // of lists; 0 = as asked
  int crashes_before_repair = 0, crashes_after_repair = 0;
  int pauses = 0;                             // stands still before this many effects
  Duration pause{0};                          // for so long
  int recreations = 0;                        // objects made anew under their name just before an effect
  int commits_unknown = 0;                    // half of them took place
  Time locked_until{}, standby_until{};       // of the databases
  std::function<void(Duration)> stand_still;  // lets everybody else go on
};

class SkewedClock final : public Clock {
 public:
  SkewedClock(const sim::VirtualClock& clock, const PortFaults& faults) : clock_(clock), faults_(faults) {}
  Time now() const override { return clock_.now() + faults_.skew; }
  void wait_until(Time /*until*/) override {}

 private:
  const sim::VirtualClock& clock_;
  const PortFaults& faults_;
};

class FaultyKube final : public KubeApi {
 public:
  FaultyKube(DemoStage& stage, const std::string& replica, PortFaults& faults, Witness& witness);

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
  using Call = std::function<Result<Json>()>;
  template <class T>
  Result<T> noted(Result<T> answer);
  Result<Json> effect(const char* verb, const Resource& object, const Json& body, const std::string& uid, const Call& call);
  void make_anew(const Resource& object);
  [[nodiscard]] sim::StoredObject stored(const Resource& object) const;

  DemoStage& stage_;
  std::string replica_;
  PortFaults& faults_;
  Witness& witness_;
  sim::SimKube kube_;
};

class FaultyDatabases final : public DatabaseAccess {
 public:
  FaultyDatabases(DemoStage& stage, std::string replica, PortFaults& faults, Witness& witness);

  DatabaseReading read(const DatabaseTarget& target, Time now) override;
  LoginAnswer try_login(const DatabaseTarget& target, std::string& detail) override;
  Result<RepairAnswer> repair(const DatabaseTarget& target, const RepairRequest& request) override;

 private:
  Result<RepairAnswer> struck(const DatabaseTarget& target, const RepairRequest& request, const std::string& key);
  Result<RepairAnswer> carried_out(const DatabaseTarget& target, const RepairRequest& request, const std::string& key);
  [[nodiscard]] Time now() const { return stage_.cluster().now(); }

  DemoStage& stage_;
  std::string replica_;
  PortFaults& faults_;
  Witness& witness_;
  std::unique_ptr<DatabaseAccess> databases_;
};

}  // namespace refloat::simulation
