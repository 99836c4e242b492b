#include "reconcile/playbook_catalogue.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

// All that is judged. A write into its status must not look like a change.
Json without_status(const Json& object) {
  Json kept{{"apiVersion", at_path(object, {"apiVersion"})}, {"spec", at_path(object, {"spec"})}};
  for (const char* member : {"name", "namespace", "uid", "generation", "creationTimestamp"}) {
    kept["metadata"][member] = at_path(object, {"metadata", member});
  }
  return kept;
}

bool same_playbooks(const std::vector<Playbook>& a, const std::vector<Playbook>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Playbook& x, const Playbook& y) { return x.name == y.name && x.digest == y.digest; });
}

}  // namespace

PlaybookCatalogue::PlaybookCatalogue(const Inputs& base) : base_(std::make_shared<const Inputs>(base)), vocabulary_(vocabulary()) {}

void PlaybookCatalogue::put(const Json& object) {
  Json kept = without_status(object);
  const std::lock_guard lock(mutex_);
  Namespace& mine = namespaces_[text_at(kept, {"metadata", "namespace"})];
  Json& known = mine.objects[text_at(kept, {"metadata", "name"})];
  if (known == kept) return;
  known = std::move(kept);
  mine.dirty = true;
}

void PlaybookCatalogue::remove(const std::string& name) {
  const std::size_t slash = name.find('/');
  const std::lock_guard lock(mutex_);
  const auto mine = namespaces_.find(name.substr(0, slash));
  if (mine == namespaces_.end() || slash == std::string::npos) return;
  mine->second.dirty |= mine->second.objects.erase(name.substr(slash + 1)) > 0;
}

std::set<std::string> PlaybookCatalogue::refresh() {
  std::set<std::string> changed;
  const std::lock_guard lock(mutex_);
  for (auto& [ns, mine] : namespaces_) {
    if (std::exchange(mine.dirty, false) && judge(mine)) changed.insert(ns);
  }
  return changed;
}

// True when other playbooks count than before.
bool PlaybookCatalogue::judge(Namespace& mine) const {
  std::vector<Json> objects;
  for (const auto& [name, object] : mine.objects) objects.push_back(object);
  JudgedPlaybooks judged = judge_playbooks(objects, base_->playbooks, vocabulary_);
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
  const std::vector<Playbook>& before = mine.inputs ? mine.inputs->playbooks : base_->playbooks;
  if (same_playbooks(before, inputs.playbooks)) return false;
  mine.inputs = std::make_shared<const Inputs>(std::move(inputs));
  return true;
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

std::vector<PlaybookVerdict> PlaybookCatalogue::untold() const {
  const std::lock_guard lock(mutex_);
  std::vector<PlaybookVerdict> out;
  for (const auto& [ns, mine] : namespaces_) {
    for (const std::string& name : mine.untold) {
      if (const auto verdict = mine.verdicts.find(name); verdict != mine.verdicts.end()) out.push_back(verdict->second);
    }
  }
  return out;
}

void PlaybookCatalogue::told(const PlaybookVerdict& verdict) {
  const std::lock_guard lock(mutex_);
  Namespace& mine = namespaces_[verdict.ref.ns];
  const auto now = mine.verdicts.find(verdict.ref.name);
  if (now == mine.verdicts.end() || now->second == verdict) mine.untold.erase(verdict.ref.name);
}

void PlaybookCatalogue::tell(KubeApi& api, EventRecorder& events, Time now, const std::function<void(const std::string& why)>& failed) {
  for (const PlaybookVerdict& verdict : untold()) {
    const Result<StatusWrite> written = write_playbook_status(api, verdict, now);
    const ErrorKind kind = written ? ErrorKind::transient : written.error().kind;
    if (!written && kind == ErrorKind::stale) continue;  // it is being edited: the next call says it
    const bool final = written || kind == ErrorKind::denied || kind == ErrorKind::invalid;
    if (!final) return;  // the API server is away
    if (!written && !std::exchange(denial_said_, true)) failed(written.error().message);
    told(verdict);
    if (verdict.usable || (written && *written == StatusWrite::unchanged)) continue;
    events.add(Note{verdict.ref, true, verdict.reason, verdict.message});
  }
}

void PlaybookCatalogue::tell_all_again() {
  const std::lock_guard lock(mutex_);
  for (auto& [ns, mine] : namespaces_) {
    for (const auto& [name, verdict] : mine.verdicts) mine.untold.insert(name);
  }
}

}  // namespace refloat
