// Every request the simulated API server got, in order: what tests judge "read-only" and "in this order" by.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "sim/stored_object.h"

namespace refloat::sim {

struct AuditEntry {
  Time at;
  std::string user;  // who asked: "refloat", "argocd-application-controller", ...
  std::string verb;  // get, list, watch, create, update, patch, delete
  std::string path;  // with subresource
  bool dry_run = false;
  int status = 0;            // HTTP status of the answer
  bool changed = false;      // something was persisted
  bool answer_lost = false;  // the asker never saw the answer
  StoredObject body;         // of writes

  // Whether the request could have changed something: no dry run, no access review, a mutating verb.
  [[nodiscard]] bool mutating() const;
};

class AuditLog {
 public:
  void add(AuditEntry entry) { entries_.push_back(std::move(entry)); }
  [[nodiscard]] const std::vector<AuditEntry>& all() const { return entries_; }
  [[nodiscard]] std::vector<AuditEntry> of(const std::string& user) const;
  // What `user` sent that may have changed something, from entry `from` on.
  [[nodiscard]] std::vector<AuditEntry> writes_of(const std::string& user, std::size_t from = 0) const;
  // Forgets all entries: for runs that are too long to keep them.
  void clear() { entries_.clear(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // The last request only lost its answer.
  void mark_answer_lost();

 private:
  std::vector<AuditEntry> entries_;
};

}  // namespace refloat::sim
