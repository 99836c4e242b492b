#include "simulation/soak/fault_rows.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace refloat::simulation {

const std::vector<FaultRow>& fault_rows() {
  using sim::Fault;
  static const std::vector<FaultRow> rows{
      {"crash-before-intent", Means::wire, Fault::crash_before_intent, "at a write to the journal or a Lease, before it is sent"},
      {"crash-after-intent", Means::wire, Fault::crash_after_intent, "at an effect on the cluster, before it is sent"},
      {"crash-after-effect", Means::wire, Fault::crash_after_effect, "at an effect on the cluster, before its answer"},
      {"crash-before-repair", Means::port, {}, "at an SQL repair, before it is sent"},
      {"crash-after-repair", Means::port, {}, "at an SQL repair, committed, before its answer"},
      {"list-goes-back", Means::wire, Fault::list_goes_back, "a list answers what it answered first in this process"},
      {"own-write-unseen", Means::wire, Fault::own_write_unseen, "a get answers the object before its last change"},
      {"cache-overwritten-by-older", Means::impossible, {}, "a turn reads everything anew; the cache only wakes it (tests/unit/cache)"},
      {"events-missed", Means::wake, {}, "changes do not wake the controller for a while"},
      {"delete-missed", Means::wake, {}, "deletions do not wake the controller for a while"},
      {"gone-repeats-on-relist", Means::wire, Fault::gone_repeats_on_relist, "lists are refused with 410"},
      {"gone-in-mid-list", Means::wire, Fault::gone_in_mid_list, "pages of one object; the continue token expires"},
      {"error-event-in-watch", Means::impossible, {}, "no byte of a stream is parsed here (tests/unit/watch, tests/conformance/watch)"},
      {"revision-too-large", Means::wire, Fault::revision_too_large, "lists are refused with 504"},
      {"half-open-connection", Means::wake, {}, "changes wake the controller only after a minute, all at once"},
      {"old-events-delivered", Means::wake, {}, "the controller is woken by what it knows already"},
      {"two-leaders",
       Means::port,
       {},
       "a replica stands still before an effect for longer than both its Leases, another goes on, then it sends"},
      {"clock-jump", Means::port, {}, "one replica's clock is off by up to ten minutes for a while"},
      {"access-lost", Means::wire, Fault::access_lost, "401"},
      {"right-lost", Means::outside, {}, "403 on one kind for a while"},
      {"conflict-storm", Means::wire, Fault::conflict_storm, "a rival changes the object between look and effect: 409"},
      {"patch-overwrites-terminate", Means::outside, {}, "Argo CD's own patches land late for a while"},
      {"decision-on-stale-app",
       Means::impossible,
       {},
       "an Application is read as any object: own-write-unseen and list-goes-back cover it"},
      {"answer-lost", Means::wire, Fault::answer_lost, "any write is committed and not answered"},
      {"generate-name-duplicate", Means::impossible, {}, "nothing is created under a generated name (checked on every create)"},
      {"same-name-new-uid", Means::port, {}, "before a patch or delete of a Job or Deployment it is deleted and made anew under its name"},
      {"job-expired-unseen", Means::outside, {}, "a finished Job is deleted as its time to live does"},
      {"foreign-finalizer", Means::outside, {}, "somebody puts a finalizer on the hook Job for a while"},
      {"hook-gone", Means::outside, {}, "the hook Job is removed for good while its operation may run"},
      {"status-too-large", Means::wire, Fault::status_too_large, "status writes are refused with 413"},
      {"own-write-wakes", Means::wake, {}, "the controller is woken by its own status writes"},
      {"object-deleted-meanwhile", Means::wire, Fault::object_deleted_meanwhile, "the object is deleted between look and effect"},
      {"stack-deleted", Means::outside, {}, "somebody deletes the Stack"},
      {"recovery-deleted", Means::outside, {}, "somebody deletes the open Recovery"},
      {"timer-lost", Means::impossible, {}, "the soak keeps the times itself (tests/unit/reconcile holds the queue)"},
      {"advisory-lock-stranded", Means::port, {}, "repairs find another of us at work for a while"},
      {"commit-unknown", Means::port, {}, "COMMIT is sent and not answered; it took place, or not"},
      {"two-primaries", Means::port, {}, "a standby answers for a while (two that both write cannot be told apart by a client)"},
      {"upgrade-in-mid-run", Means::impossible, {}, "one build only (tests/unit/journal replays recorded journals)"},
      {"admission-unavailable", Means::wire, Fault::admission_unavailable, "writes are refused with 500"},
      {"throttled", Means::wire, Fault::throttled, "429"},
      {"connection-dropped", Means::wire, Fault::connection_dropped, "no answer, nothing done"},
      {"database-away", Means::outside, {}, "no database lets anybody in for a while"},
      {"person-pauses", Means::outside, {}, "a pause request for a while"},
      {"argo-restarts", Means::outside, {}, "Argo CD's controller stands still for a while and restarts"},
  };
  return rows;
}

std::size_t row_of(const char* name) {
  const auto& rows = fault_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::strcmp(rows[i].name, name) == 0) return i;
  }
  std::fprintf(stderr, "no fault is called %s\n", name);
  std::abort();
}

}  // namespace refloat::simulation
