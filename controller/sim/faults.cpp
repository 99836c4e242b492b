#include "sim/faults.h"

#include <array>
#include <cstddef>
#include <utility>

namespace refloat::sim {

const std::array<FaultPlace, fault_count>& fault_places() {
  static const std::array<FaultPlace, fault_count> places{{
      {Fault::crash_before_intent, "crash-before-intent", "SimKube, writes to the journal: the request is not sent"},
      {Fault::crash_after_intent, "crash-after-intent", "SimKube, writes but to the journal: the request is not sent"},
      {Fault::crash_after_effect, "crash-after-effect",
       "SimKube, writes but to the journal: committed, the process ends before the answer"},
      {Fault::list_goes_back, "list-goes-back", "SimKube::list: an earlier answer again"},
      {Fault::own_write_unseen, "own-write-unseen", "SimKube::get: the object before the last write"},
      {Fault::cache_overwritten_by_older, "cache-overwritten-by-older", "the cache of a watch; fired in its tests"},
      {Fault::events_missed, "events-missed", "what wakes the controller in the soak; fired there"},
      {Fault::delete_missed, "delete-missed", "what wakes the controller in the soak; fired there"},
      {Fault::gone_repeats_on_relist, "gone-repeats-on-relist", "SimKube::list: 410"},
      {Fault::gone_in_mid_list, "gone-in-mid-list", "SimKube::list: continue tokens expire between two pages"},
      {Fault::error_event_in_watch, "error-event-in-watch", "the stream of a watch; fired in its tests"},
      {Fault::revision_too_large, "revision-too-large", "SimKube::list: 504, resource version too large"},
      {Fault::half_open_connection, "half-open-connection", "what wakes the controller in the soak; fired there"},
      {Fault::old_events_delivered, "old-events-delivered", "what wakes the controller in the soak; fired there"},
      {Fault::two_leaders, "two-leaders",
       "SimKube, writes to leases: the renewal hangs while another holder takes over; fired by the controller's leader election"},
      {Fault::clock_jump, "clock-jump", "the clock of one replica in the soak; fired there"},
      {Fault::access_lost, "access-lost", "SimKube: 401"},
      {Fault::conflict_storm, "conflict-storm", "SimKube::patch: a rival writes first, 409"},
      {Fault::patch_overwrites_terminate, "patch-overwrites-terminate",
       "ArgoSettings::patch_latency: Argo CD's own patch lands after ours"},
      {Fault::decision_on_stale_app, "decision-on-stale-app", "SimKube::get of an Application: the version before the last change"},
      {Fault::answer_lost, "answer-lost", "SimKube, writes: committed, no answer"},
      {Fault::generate_name_duplicate, "generate-name-duplicate", "SimKube::create with generateName: committed, no answer"},
      {Fault::same_name_new_uid, "same-name-new-uid", "SimKube::remove: the object is recreated just before"},
      {Fault::job_expired_unseen, "job-expired-unseen", "SimKube::get of a Job: deleted by its time to live just before"},
      {Fault::foreign_finalizer, "foreign-finalizer", "SimKube::remove: somebody adds a finalizer just before"},
      {Fault::hook_gone, "hook-gone", "TemporalStack::remove_hook while its operation runs"},
      {Fault::status_too_large, "status-too-large", "SimKube, status writes: 413"},
      {Fault::own_write_wakes, "own-write-wakes", "watch delivers the writer's own change; fired by the controller's event filter"},
      {Fault::object_deleted_meanwhile, "object-deleted-meanwhile", "SimKube::patch: the object is deleted just before"},
      {Fault::timer_lost, "timer-lost", "the controller's work queue; fired there"},
      {Fault::advisory_lock_stranded, "advisory-lock-stranded", "the database side of the tests with a pooler; fired there"},
      {Fault::commit_unknown, "commit-unknown", "the database port of the tests: COMMIT sent, connection lost; fired there"},
      {Fault::two_primaries, "two-primaries", "the database port of the tests: another primary answers; fired there"},
      {Fault::upgrade_in_mid_run, "upgrade-in-mid-run", "the replay of recorded journals; fired there"},
      {Fault::admission_unavailable, "admission-unavailable", "SimKube, writes: 500, failed calling webhook"},
      {Fault::throttled, "throttled", "SimKube: 429 with a plain-text body"},
      {Fault::connection_dropped, "connection-dropped", "SimKube: the connection ends before the answer"},
  }};
  return places;
}

const char* to_string(Fault fault) {
  return fault_places().at(static_cast<std::size_t>(fault)).name;
}

void Faults::arm(Fault fault, int times, Matcher matches) {
  Slot& slot = slots_.at(index(fault));
  slot.left = times;
  slot.matches = std::move(matches);
}

void Faults::disarm(Fault fault) {
  slots_.at(index(fault)).left = 0;
}

bool Faults::fire(Fault fault, const FaultPoint& point) {
  Slot& slot = slots_.at(index(fault));
  if (slot.left <= 0 || (slot.matches && !slot.matches(point))) {
    return false;
  }
  --slot.left;
  ++slot.fired;
  return true;
}

}  // namespace refloat::sim
