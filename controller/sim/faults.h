// The catalogue of faults: every row has a name and a place where it is fired, and counts how often it was.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>

namespace refloat::sim {

// The first 35 are the catalogue in its order: row n has value n - 1.
enum class Fault {
  crash_before_intent,
  crash_after_intent,
  crash_after_effect,
  list_goes_back,
  own_write_unseen,
  cache_overwritten_by_older,
  events_missed,
  delete_missed,
  gone_repeats_on_relist,
  gone_in_mid_list,
  error_event_in_watch,
  revision_too_large,
  half_open_connection,
  old_events_delivered,
  two_leaders,
  clock_jump,
  access_lost,
  conflict_storm,
  patch_overwrites_terminate,
  decision_on_stale_app,
  answer_lost,
  generate_name_duplicate,
  same_name_new_uid,
  job_expired_unseen,
  foreign_finalizer,
  hook_gone,
  status_too_large,
  own_write_wakes,
  object_deleted_meanwhile,
  timer_lost,
  advisory_lock_stranded,
  commit_unknown,
  two_primaries,
  upgrade_in_mid_run,
  admission_unavailable,
  // Not rows of the catalogue, but how several of them look on the wire.
  throttled,
  connection_dropped,
};
constexpr std::size_t fault_count = 37;

// One row: its name and where the simulator (or a later part) fires it.
struct FaultPlace {
  Fault fault;
  const char* name;
  const char* place;
};
const std::array<FaultPlace, fault_count>& fault_places();
const char* to_string(Fault fault);

// What is about to happen where a fault may strike.
struct FaultPoint {
  std::string user, verb, path;
};

class Faults {
 public:
  using Matcher = std::function<bool(const FaultPoint&)>;

  // The next `times` points that match are struck; without a matcher, all.
  void arm(Fault fault, int times = 1, Matcher matches = {});
  void disarm(Fault fault);
  // Whether the fault strikes here; counts when it does.
  bool fire(Fault fault, const FaultPoint& point);
  // How often it struck so far.
  [[nodiscard]] int fired(Fault fault) const { return slots_.at(index(fault)).fired; }
  [[nodiscard]] bool armed(Fault fault) const { return slots_.at(index(fault)).left > 0; }

 private:
  struct Slot {
    int left = 0;
    int fired = 0;
    Matcher matches;
  };
  static std::size_t index(Fault fault) { return static_cast<std::size_t>(fault); }
  std::array<Slot, fault_count> slots_;
};

}  // namespace refloat::sim
