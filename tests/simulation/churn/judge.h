// Judges the controller by what the simulated API server recorded, and by how much it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "reconcile/controller.h"
#include "simulation/churn/crowd.h"

namespace refloat::simulation {

// What is judged, in words.
inline constexpr const char* no_finding = "no finding is reported";
inline constexpr const char* no_write = "nothing is written but the Lease and each Stack's first status";
inline constexpr const char* no_recovery = "no Recovery is made and no database repaired";
inline constexpr const char* cache_true = "the cache holds what the server holds";
inline constexpr const char* nobody_forgotten = "every Stack is looked at in time";
inline constexpr const char* turns_succeed = "turns fail only while the API server is away";
inline constexpr const char* memory_flat = "memory is flat";

// What the controller did and asked.
struct Record {
  std::uint64_t requests = 0, looks = 0, lease_writes = 0, status_writes = 0, events = 0, failed_turns = 0;
  std::map<std::string, std::uint64_t> by_what;  // "get stacks"
};

// How much memory is in use, at one time.
struct Sample {
  Time at{};
  Holdings held;
  std::size_t server_records = 0;  // of the watched kinds
  std::size_t heap_bytes = 0, resident_bytes = 0;
};

class Judge {
 public:
  explicit Judge(Crowd& crowd);

  // Takes what was recorded since the last call out of the audit log.
  void read_audit();
  // One line of the controller's log.
  void hear(const std::string& event, const Json& fields, bool disturbed);
  // While nothing is on its way.
  void sample(const Holdings& held);
  // All that is to be said at the end; `from` and `window`: which samples are compared with the last ones.
  void conclude(Time from, Duration window);

  [[nodiscard]] const Record& record() const { return record_; }
  [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }
  [[nodiscard]] const std::map<std::string, std::vector<std::string>>& violations() const { return violations_; }
  [[nodiscard]] static const std::vector<const char*>& properties();

 private:
  void violation(const char* property, const std::string& what);
  void judge_write(const sim::AuditEntry& entry);
  [[nodiscard]] std::string looked_at_by(const sim::AuditEntry& entry) const;
  void judge_looks(Time until);
  void judge_growth(Time from, Duration window);
  [[nodiscard]] Sample mean(Time from, Time until) const;
  [[nodiscard]] std::size_t server_records() const;

  Crowd& crowd_;
  Record record_;
  std::vector<Sample> samples_;
  std::map<std::string, Time> looked_at_;  // each Stack
  std::map<std::string, std::uint64_t> status_writes_;
  std::map<std::string, std::vector<std::string>> violations_;  // by property
};

}  // namespace refloat::simulation
