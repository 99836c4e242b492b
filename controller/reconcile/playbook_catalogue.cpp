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
#include "config/user_playbook.h"
#include "config/user_playbooks.h"
#include "journal/event_recorder.h"
#include "journal/playbook_status_writer.h"
#include "journal/stack_status_writer.h"
#include "kube/kube_api.h"
#include "model/note.h"
#include "model/object_ref.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"
#include "model/vocabulary.h"
#include "reconcile/reconcile.h"

namespace refloat {

namespace {

// So many statuses are written before Events have their turn again.
constexpr std::size_t tells_max = 5;
constexpr Backoff tell_again{.base = Duration(1000), .max = Duration(60000)};

// Whether a user's Playbook among them judges Applications outside of Stacks.
bool reach_outside(const std::vector<Playbook>& playbooks) {
  return std::any_of(playbooks.begin(), playbooks.end(),
                     [](const Playbook& each) { return !each.ns.empty() && !each.signature.needs_stack; });
}

bool is_kept(const UserPlaybook& object) {
  return object.playbook.has_value() || !object.refused.empty();
}

bool same_playbooks(const std::vector<Playbook>& a, const std::vector<Playbook>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Playbook& x, const Playbook& y) { return x.name == y.name && x.digest == y.digest; });
}

}  // namespace

PlaybookCatalogue::PlaybookCatalogue(const Inputs& base) : base_(std::make_shared<const Inputs>(base)), vocabulary_(vocabulary()) {}

void PlaybookCatalogue::put(const Json& object) {
  UserPlaybook taken = measure_playbook(object);
  if (is_known(taken)) return;
  read_playbook_into(taken, object, vocabulary_);
  keep(std::move(taken));
}

void PlaybookCatalogue::put_unreadable(const Json& outline, const std::string& why) {
  UserPlaybook taken = unreadable_playbook(outline, why);
  if (!is_known(taken)) keep(std::move(taken));
}

bool PlaybookCatalogue::is_known(const UserPlaybook& measured) const {
  const std::lock_guard lock(mutex_);
  const auto mine = namespaces_.find(measured.ref.ns);
  if (mine == namespaces_.end()) return false;
  const auto known = mine->second.objects.find(measured.ref.name);
  if (known == mine->second.objects.end() || !known->second->says_what(measured)) return false;
  return is_kept(*known->second) || !mine->second.to_read_again.contains(measured.ref.name);
}

// A list brings them in no order of age, so what there is no room for is known only in the end: till then twice as much is kept.
void PlaybookCatalogue::keep(UserPlaybook taken) {
  const std::lock_guard lock(mutex_);
  Namespace& mine = namespaces_[taken.ref.ns];
  const std::string name = taken.ref.name;
  exchange_object(mine, name, std::make_shared<const UserPlaybook>(std::move(taken)));
  mine.to_read_again.erase(name);
  mine.dirty = true;
  if (mine.kept <= 2 * user_playbooks_max && mine.kept_bytes <= 2 * user_playbook_bytes_max) return;
  std::vector<const UserPlaybook*> all;
  for (const auto& [each, object] : mine.objects) all.push_back(object.get());
  std::vector<std::string> names;
  for (const UserPlaybook* beyond : beyond_room(std::move(all))) names.push_back(beyond->ref.name);
  for (const std::string& each : names) leave_out(mine, each);
}

void PlaybookCatalogue::exchange_object(Namespace& mine, const std::string& name, std::shared_ptr<const UserPlaybook> object) {
  const auto count = [&](const UserPlaybook& each, bool more) {
    if (!each.playbook) return;
    mine.kept = more ? mine.kept + 1 : mine.kept - 1;
    mine.kept_bytes = more ? mine.kept_bytes + each.size.bytes : mine.kept_bytes - each.size.bytes;
  };
  const auto known = mine.objects.find(name);
  if (known != mine.objects.end()) count(*known->second, false);
  if (object) count(*object, true);
  if (object) {
    mine.objects.insert_or_assign(name, std::move(object));
  } else if (known != mine.objects.end()) {
    mine.objects.erase(known);
  }
}

// Who it is and how large stays known: it counts once older ones are gone.
void PlaybookCatalogue::leave_out(Namespace& mine, const std::string& name) {
  const auto known = mine.objects.find(name);
  if (known == mine.objects.end() || !known->second->playbook) return;
  UserPlaybook outline = *known->second;
  outline.playbook.reset();
  exchange_object(mine, name, std::make_shared<const UserPlaybook>(std::move(outline)));
}

void PlaybookCatalogue::remove(const std::string& name) {
  const std::size_t slash = name.find('/');
  const std::lock_guard lock(mutex_);
  const auto mine = namespaces_.find(name.substr(0, slash));
  if (mine == namespaces_.end() || slash == std::string::npos) return;
  mine->second.dirty |= mine->second.objects.contains(name.substr(slash + 1));
  exchange_object(mine->second, name.substr(slash + 1), nullptr);
}

// Judged without the lock: turns ask for theirs meanwhile.
std::set<std::string> PlaybookCatalogue::refresh() {
  std::set<std::string> changed;
  for (const auto& [ns, mine] : take_dirty()) {
    std::vector<const UserPlaybook*> objects;
    for (const auto& [name, object] : mine) objects.push_back(object.get());
    if (accept(ns, judge_playbooks(objects, base_->playbooks))) changed.insert(ns);
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
  mine.to_read_again = {judged.to_read_again.begin(), judged.to_read_again.end()};
  for (const std::string& name : judged.without_room) leave_out(mine, name);
  std::erase_if(mine.untold, [&](const std::string& name) { return !mine.verdicts.contains(name); });
  Inputs inputs = *base_;
  for (Playbook& playbook : judged.usable) inputs.playbooks.push_back(std::move(playbook));
  const std::vector<Playbook>& before = mine.inputs ? mine.inputs->playbooks : base_->playbooks;
  const bool same = same_playbooks(before, inputs.playbooks);
  if (!same && (reach_outside(before) || reach_outside(inputs.playbooks))) changed_outside_.insert(ns);
  if (!same) mine.inputs = std::make_shared<const Inputs>(std::move(inputs));
  if (mine.objects.empty()) namespaces_.erase(ns);
  return !same;
}

std::set<std::string> PlaybookCatalogue::take_changed_outside() {
  const std::lock_guard lock(mutex_);
  return std::exchange(changed_outside_, {});
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

std::size_t PlaybookCatalogue::kept_bytes(const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  const auto mine = namespaces_.find(ns);
  return mine == namespaces_.end() ? 0 : mine->second.kept_bytes;
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

std::vector<ObjectRef> PlaybookCatalogue::next_to_read_again() const {
  std::vector<ObjectRef> next;
  const std::lock_guard lock(mutex_);
  for (const auto& [ns, mine] : namespaces_) {
    for (const std::string& name : mine.to_read_again) {
      if (next.size() < tells_max) next.push_back({"Playbook", ns, name, {}});
    }
  }
  return next;
}

void PlaybookCatalogue::ask_no_more(const ObjectRef& playbook) {
  const std::lock_guard lock(mutex_);
  const auto mine = namespaces_.find(playbook.ns);
  if (mine != namespaces_.end()) mine->second.to_read_again.erase(playbook.name);
}

// False = the API server is away. One that is gone the watch will tell.
bool PlaybookCatalogue::read_again(KubeApi& api) {
  for (const ObjectRef& each : next_to_read_again()) {
    const Result<Json> object = api.get({"refloat.dev", "v1alpha1", "playbooks", each.ns, each.name, ""});
    const bool answered = object || object.error().kind == ErrorKind::not_found || object.error().kind == ErrorKind::denied;
    if (!answered) return false;
    if (object)
      put(*object);
    else
      ask_no_more(each);
  }
  return true;
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
  if (now < quiet_until_ || stop.stop_requested()) return;
  if (!read_again(api)) {
    quiet_until_ = now + tell_again.wait(failures_++, 1);
    return;
  }
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
