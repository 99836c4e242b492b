// The journal that this cluster offers, locked against other runs.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "journal/journal.h"
#include "kube/kube_api.h"
#include "model/stack.h"

namespace refloat {

struct JournalOptions {
  std::string state_directory;  // for the file; empty = default_state_directory()
  std::string identity;         // of this run in the Lease; empty = own_identity()
  // How long the Lease counts without a sign of life. Long for a command line, which renews only when it passes by.
  Duration lease_duration{std::chrono::minutes(15)};
};

// Recovery objects where the cluster knows that kind, else a file. Opening writes nothing: the Lease "refloat-<stack>" is taken at the
// first save of a running recovery and given back when it ends or the journal is destroyed. `api` and `clock` must outlive it.
Result<std::unique_ptr<Journal>> open_journal(KubeApi& api, Clock& clock, const Stack& stack, const JournalOptions& options = {});

// Any journal, locked by the Stack's Lease.
std::unique_ptr<Journal> with_lease(std::unique_ptr<Journal> journal, KubeApi& api, Clock& clock, const std::string& ns,
                                    const std::string& stack, const JournalOptions& options);

}  // namespace refloat
