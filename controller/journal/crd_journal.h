// Recoveries as objects of the cluster: the plan in spec, what happened in status. Any process that reaches the API can resume.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "journal/journal.h"
#include "kube/kube_api.h"

namespace refloat {

// Largest Recovery that is stored; etcd's own limit is higher, but a status that grows without bound ends in a refused write.
inline constexpr std::size_t recovery_bytes_max = std::size_t{256} * 1024;

// A journal of Recovery objects in the Stack's namespace. A new one is refused while another unfinished one acts on the same Application.
std::unique_ptr<Journal> make_crd_journal(KubeApi& api, const std::string& ns);

// uids of the Applications that a plan is about or writes to.
std::set<std::string> application_uids(const Plan& plan);

// A copy small enough to store: the words of answered effects shortened first, then evidence of removed rows reduced to a count.
// Never drops an effect or its state. invalid = still too large.
Result<Recovery> fit(Recovery recovery, std::size_t bytes_max);

}  // namespace refloat
