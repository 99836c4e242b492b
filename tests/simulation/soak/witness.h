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

  // An effect is about to be sent: checks S1, S3, S5, S7 and returns its key for S2 ("" = no intent stands for it).
  std::string before_effect(const std::string& replica, const Told& told, const std::string& display, const std::string& uid);
  // A repair is about to be sent.
  std::string before_repair(const std::string& replica, const Told& told, const std::string& database, RepairKind kind);
  // The server carried the effect out, on the object with this uid.
  void after_effect(const std::string& key, const std::string& display, const std::string& uid, bool destructive);
  // What a create, patch or delete must carry and may touch.
  void check_write(const std::string& verb, const Resource& object, const Json& body, const std::string& uid_precondition);

  // A person may have pressed the button while this very write was on its way: what was asked before counts, not what came after.
  void violation(const std::string& property, const std::string& what);
  void count(const char* fault, int times = 1) { fired_[fault] += times; }

  // From the records of the whole run: S2, S4, S6.
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
  void judge_journal(const std::vector<Recovery>& versions);

  DemoStage& stage_;
  MemoryServer& databases_;
  std::map<std::string, int> committed_;  // destructive effects by key
  std::map<std::string, int> declared_;   // rows that journaled repairs may change, by database and kind
  std::map<std::string, int> fired_;
  std::vector<std::string> violations_;
  std::size_t effects_ = 0;
};

// Refloat's own objects: their writes are no effects.
bool is_own(const Resource& object);

}  // namespace refloat::simulation
