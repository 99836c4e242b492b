#include "sim/audit_log.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

namespace refloat::sim {

bool AuditEntry::mutating() const {
  const bool reads = verb == "get" || verb == "list" || verb == "watch";
  return !reads && !dry_run && path.find("/selfsubject") == std::string::npos;
}

std::vector<AuditEntry> AuditLog::of(const std::string& user) const {
  std::vector<AuditEntry> found;
  std::ranges::copy_if(entries_, std::back_inserter(found), [&](const AuditEntry& e) { return e.user == user; });
  return found;
}

std::vector<AuditEntry> AuditLog::writes_of(const std::string& user, std::size_t from) const {
  std::vector<AuditEntry> found;
  for (std::size_t i = from; i < entries_.size(); ++i) {
    if (entries_[i].user == user && entries_[i].mutating()) {
      found.push_back(entries_[i]);
    }
  }
  return found;
}

void AuditLog::mark_answer_lost() {
  if (!entries_.empty()) {
    entries_.back().answer_lost = true;
  }
}

}  // namespace refloat::sim
