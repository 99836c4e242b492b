#include "journal/open_journal.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "journal/crd_journal.h"
#include "journal/file_journal.h"
#include "journal/holder.h"
#include "journal/journal.h"
#include "journal/stack_lease.h"
#include "kube/kube_api.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {
namespace {

class LeasedJournal final : public Journal {
 public:
  LeasedJournal(std::unique_ptr<Journal> inner, StackLease lease) : inner_(std::move(inner)), lease_(std::move(lease)) {}
  LeasedJournal(const LeasedJournal&) = delete;
  LeasedJournal& operator=(const LeasedJournal&) = delete;
  ~LeasedJournal() override { lease_.release(); }

  std::string where() const override { return inner_->where() + ", locked by " + lease_.display(); }

  Result<std::optional<Recovery>> unfinished(const std::string& ns, const std::string& stack) override {
    return inner_->unfinished(ns, stack);
  }

  Result<> save(Recovery& recovery) override {
    const bool ends = recovery.verdict != Verdict::running;
    if (!ends) {
      if (Result<> held = lease_.hold(); !held) return held;
    }
    Result<> saved = inner_->save(recovery);
    if (saved && ends) lease_.release();
    return saved;
  }

  Result<> keep() override { return lease_.hold(); }

 private:
  std::unique_ptr<Journal> inner_;
  StackLease lease_;
};

// Whether the API server serves our Recovery kind.
Result<bool> serves_recoveries(KubeApi& api) {
  const Result<Json> group = api.get_raw("/apis/refloat.dev/v1alpha1");
  if (!group) {
    if (group.error().kind == ErrorKind::not_found) return false;
    return group.error().wrap("ask whether the cluster has the Recovery kind");
  }
  const Json& resources = at_path(*group, {"resources"});
  return std::any_of(resources.begin(), resources.end(), [](const Json& resource) { return text_at(resource, {"name"}) == "recoveries"; });
}

Result<std::unique_ptr<Journal>> open_file(const std::string& cluster, const Stack& stack, const JournalOptions& options) {
  FileJournalOptions file;
  file.cluster = cluster;
  file.ns = stack.ns;
  file.stack = stack.name;
  file.directory = options.state_directory;
  if (file.directory.empty()) {
    const Result<std::string> directory = default_state_directory();
    if (!directory) return directory.error();
    file.directory = *directory;
  }
  return make_file_journal(std::move(file));
}

}  // namespace

std::unique_ptr<Journal> with_lease(std::unique_ptr<Journal> journal, KubeApi& api, Clock& clock, const std::string& ns,
                                    const std::string& stack, const JournalOptions& options) {
  const std::string identity = options.identity.empty() ? own_identity() : options.identity;
  return std::make_unique<LeasedJournal>(std::move(journal), StackLease(api, clock, ns, stack, identity, options.lease_duration));
}

Result<std::unique_ptr<Journal>> open_journal(KubeApi& api, Clock& clock, const Stack& stack, const JournalOptions& options) {
  const Result<bool> kind = serves_recoveries(api);
  if (!kind) return kind.error();
  Result<std::unique_ptr<Journal>> journal = *kind ? make_crd_journal(api, stack.ns) : open_file(api.server(), stack, options);
  if (!journal) return journal;
  return with_lease(std::move(*journal), api, clock, stack.ns, stack.name, options);
}

}  // namespace refloat
