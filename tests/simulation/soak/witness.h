// Stands beside the program's ports and the simulated servers' records, and writes down what must never happen.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/demo/stage.h"
#include "kube/kube_api.h"
#include "model/recovery.h"
#include "simulation/memory/memory_server.h"

namespace refloat::simulation {

class Witness {
 public:
  Witness(DemoStage& stage, MemoryServer& databases) : stage_(stage), databases_(databases) {}

  // What one replica was told of its Stack last; null = that it is not there.
  using Told = std::optional<Json>;

  // An effect is about to be sent: checks S1, S7 and returns its key for S2 ("" = no intent stands for it).
  std::string before_effect(const std::string& replica, const Told& told, const std::string& display, const std::string& uid);
  // A repair is about to be sent: checks I6 besides.
  std::string before_repair(const std::string& replica, const Told& told, const std::string& database, RepairKind kind);
  // The server carried the effect out, on the object with this uid.
  void after_effect(const std::string& key, const std::string& display, const std::string& uid, bool destructive);
  // What a create, patch or delete must carry and may touch.
  void check_write(const std::string& verb, const Resource& object, const Json& body, const std::string& uid_precondition);
  // A process read this object, or was answered with it.
  void has_read(const std::string& replica, const Json& object);
  // A new process knows nothing of what the one before read.
  void starts_anew(const std::string& replica) { reads_.erase(replica); }
  // What a write carries as its precondition the process must have read just before (I3).
  void check_freshness(const std::string& replica, const std::string& display, const Json& body, const std::string& uid_precondition);
  // What became of an object by an effect of ours.
  void check_result(const std::string& display, const Json& before, const Json& after);

  // A person may have pressed the button while this very write was on its way: what was asked before counts, not what came after.
  void violation(const std::string& property, const std::string& what);
  void count(const char* fault, int times = 1) { fired_[fault] += times; }

  // From the records of the whole run: S2, S4, S6, I4, I5, I8, I10.
  void judge_records();

  [[nodiscard]] std::size_t effects() const { return effects_; }
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  [[nodiscard]] const std::map<std::string, int>& fired() const { return fired_; }

 private:
  // An effect that a stored journal holds as sent and unanswered.
  struct Intent {
    Recovery recovery;
    std::string step;
  };
  [[nodiscard]] std::optional<Intent> intent_for(const std::function<bool(const Effect&)>& fits) const;
  void check_consent(const std::string& replica, const Told& told, const std::optional<Intent>& intent, const std::string& what);
  void check_quiet(const std::string& what);
  [[nodiscard]] bool window_is_closed(const Json& application) const;
  void judge_open(const std::map<std::string, Recovery>& there);
  void judge_journal(const std::vector<Recovery>& versions);
  void judge_history();
  void judge_secrets();

  DemoStage& stage_;
  MemoryServer& databases_;
  std::map<std::string, int> committed_;                      // destructive effects by key
  std::map<std::string, std::map<std::string, Time>> reads_;  // by replica: when each "uid" and "resourceVersion" was read last
  std::map<std::string, int> fired_;
  std::vector<std::string> violations_;
  std::size_t effects_ = 0;
};

// Whether a user of the audit log is a replica.
bool is_refloat(const std::string& user);

// Refloat's own objects: their writes are no effects.
bool is_own(const Resource& object);

}  // namespace refloat::simulation
