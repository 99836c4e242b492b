#include "reconcile/playbook_catalogue.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/backoff.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "config/playbook_reader.h"
#include "config/user_playbooks.h"
#include "journal/event_recorder.h"
#include "journal/playbook_status_writer.h"
#include "journal/stack_status_writer.h"
#include "kube/kube_api.h"
#include "model/note.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"
#include "model/vocabulary.h"
#include "reconcile/reconcile.h"
#include "reconcile/user_playbooks.h"

namespace refloat {

namespace {

// So many statuses are written before Events have their turn again.
constexpr std::size_t tells_max = 5;
constexpr Backoff tell_again{.base = Duration(1000), .max = Duration(60000)};

bool same_playbooks(const std::vector<Playbook>& a, const std::vector<Playbook>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Playbook& x, const Playbook& y) { return x.name == y.name && x.digest == y.digest; });
}

}  // namespace

PlaybookCatalogue::PlaybookCatalogue(const Inputs& base) : base_(std::make_shared<const Inputs>(base)), vocabulary_(vocabulary()) {}

void PlaybookCatalogue::put(const Json& object) {
  keep(judged_part(object));
}

void PlaybookCatalogue::put_unreadable(const Json& outline, const std::string& why) {
  keep(unreadable_playbook(outline, why));
}

void PlaybookCatalogue::keep(Json judged) {
  const std::lock_guard lock(mutex_);
  Namespace& mine = namespaces_[text_at(judged, {"metadata", "namespace"})];
  std::shared_ptr<const Json>& known = mine.objects[text_at(judged, {"metadata", "name"})];
  if (known && *known == judged) return;
  known = std::make_shared<const Json>(std::move(judged));
  mine.dirty = true;
}

void PlaybookCatalogue::remove(const std::string& name) {
  const std::size_t slash = name.find('/');
  const std::lock_guard lock(mutex_);
  const auto mine = namespaces_.find(name.substr(0, slash));
  if (mine == namespaces_.end() || slash == std::string::npos) return;
  mine->second.dirty |= mine->second.objects.erase(name.substr(slash + 1)) > 0;
}

// Judged without the lock: turns ask for theirs meanwhile.
std::set<std::string> PlaybookCatalogue::refresh() {
  std::set<std::string> changed;
  for (const auto& [ns, mine] : take_dirty()) {
    std::vector<const Json*> objects;
    for (const auto& [name, object] : mine) objects.push_back(object.get());
    if (accept(ns, judge_playbooks(objects, base_->playbooks, vocabulary_))) changed.insert(ns);
  }
  return changed;
}

std::map<std::string, PlaybookCatalogue::Objects> PlaybookCatalogue::take_dirty() {
  std::map<std::string, Objects> dirty;
  const std::lock_guard lock(mutex_);
  for (auto& [ns, mine] : namespaces_) {
    if (std::exchange(mine.dirty, false)) dirty.emplace(ns, mine.objects);
  }
  return dirty;
}

// True when other playbooks count than before.
bool PlaybookCatalogue::accept(const std::string& ns, JudgedPlaybooks judged) {
  const std::lock_guard lock(mutex_);
  Namespace& mine = namespaces_[ns];
  std::map<std::string, PlaybookVerdict> verdicts;
  for (PlaybookVerdict& verdict : judged.verdicts) {
    const auto before = mine.verdicts.find(verdict.ref.name);
    if (before == mine.verdicts.end() || !(before->second == verdict)) mine.untold.insert(verdict.ref.name);
    verdicts.emplace(verdict.ref.name, std::move(verdict));
  }
  mine.verdicts = std::move(verdicts);
  std::erase_if(mine.untold, [&](const std::string& name) { return !mine.verdicts.contains(name); });
  Inputs inputs = *base_;
  for (Playbook& playbook : judged.usable) inputs.playbooks.push_back(std::move(playbook));
  const bool same = same_playbooks(mine.inputs ? mine.inputs->playbooks : base_->playbooks, inputs.playbooks);
  if (!same) mine.inputs = std::make_shared<const Inputs>(std::move(inputs));
  if (mine.objects.empty()) namespaces_.erase(ns);
  return !same;
}

std::shared_ptr<const Inputs> PlaybookCatalogue::inputs_for(const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  const auto mine = namespaces_.find(ns);
  return mine == namespaces_.end() || !mine->second.inputs ? base_ : mine->second.inputs;
}

int PlaybookCatalogue::count(bool usable) const {
  const std::lock_guard lock(mutex_);
  int count = 0;
  for (const auto& [ns, mine] : namespaces_) {
    for (const auto& [name, verdict] : mine.verdicts) count += verdict.usable == usable ? 1 : 0;
  }
  return count;
}

std::set<ObjectKind> PlaybookCatalogue::objects() const {
  const std::lock_guard lock(mutex_);
  std::set<ObjectKind> out = objects_of(base_->playbooks, vocabulary_);
  for (const auto& [ns, mine] : namespaces_) {
    if (mine.inputs) out.merge(objects_of(mine.inputs->playbooks, vocabulary_));
  }
  return out;
}

// The next ones after those that were told last, so that one that cannot be told now holds up no other.
std::vector<PlaybookVerdict> PlaybookCatalogue::next_untold() {
  std::vector<PlaybookVerdict> before, after;
  const std::lock_guard lock(mutex_);
  for (const auto& [ns, mine] : namespaces_) {
    for (const std::string& name : mine.untold) {
      const auto verdict = mine.verdicts.find(name);
      std::vector<PlaybookVerdict>& into = std::pair(ns, name) > told_last_ ? after : before;
      if (verdict != mine.verdicts.end() && into.size() < tells_max) into.push_back(verdict->second);
    }
  }
  after.insert(after.end(), before.begin(), before.end());
  after.resize(std::min(after.size(), tells_max));
  return after;
}

void PlaybookCatalogue::told(const PlaybookVerdict& verdict) {
  const std::lock_guard lock(mutex_);
  const auto mine = namespaces_.find(verdict.ref.ns);
  if (mine == namespaces_.end()) return;
  const auto now = mine->second.verdicts.find(verdict.ref.name);
  if (now == mine->second.verdicts.end() || now->second == verdict) mine->second.untold.erase(verdict.ref.name);
}

void PlaybookCatalogue::tell(KubeApi& api, EventRecorder& events, Time now, const std::function<void(const std::string& why)>& failed,
                             const std::stop_token& stop) {
  if (now < quiet_until_) return;
  for (const PlaybookVerdict& verdict : next_untold()) {
    if (stop.stop_requested()) return;
    told_last_ = {verdict.ref.ns, verdict.ref.name};
    if (!tell_one(api, events, verdict, now, failed)) {
      quiet_until_ = now + tell_again.wait(failures_++, 1);
      return;
    }
    failures_ = 0;
  }
}

// False = the API server is away.
bool PlaybookCatalogue::tell_one(KubeApi& api, EventRecorder& events, const PlaybookVerdict& verdict, Time now,
                                 const std::function<void(const std::string& why)>& failed) {
  const Result<StatusWrite> written = write_playbook_status(api, verdict, now);
  const ErrorKind kind = written ? ErrorKind::transient : written.error().kind;
  if (!written && kind == ErrorKind::stale) return true;  // it is being edited: another call says it
  if (!written && kind != ErrorKind::denied && kind != ErrorKind::invalid) return false;
  if (!written && !std::exchange(denial_said_, true)) failed(written.error().message);
  told(verdict);
  const bool news = !verdict.usable && (!written || *written == StatusWrite::written);
  if (news) events.add(Note{verdict.ref, true, verdict.reason, verdict.message});
  return true;
}

void PlaybookCatalogue::tell_all_again() {
  const std::lock_guard lock(mutex_);
  for (auto& [ns, mine] : namespaces_) {
    for (const auto& [name, verdict] : mine.verdicts) mine.untold.insert(name);
  }
}

}  // namespace refloat
