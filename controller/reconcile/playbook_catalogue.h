// The catalogue of a process that is left running: the built-in playbooks and the users' Playbook objects, as they come and go.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "config/user_playbooks.h"
#include "journal/event_recorder.h"
#include "kube/kube_api.h"
#include "model/playbook_verdict.h"
#include "model/vocabulary.h"
#include "reconcile/reconcile.h"

namespace refloat {

// May be used from several threads. Who holds what inputs_for() gave keeps it, whatever changes meanwhile.
class PlaybookCatalogue {
 public:
  explicit PlaybookCatalogue(const Inputs& base);

  // A Playbook object as it is now. What only its status says changes nothing.
  void put(const Json& object);
  // "namespace/name".
  void remove(const std::string& name);
  // Judges what came since the last call; the namespaces whose playbooks are others than before.
  std::set<std::string> refresh();

  // What a turn at a Stack or Application of this namespace is taken with.
  [[nodiscard]] std::shared_ptr<const Inputs> inputs_for(const std::string& ns) const;
  [[nodiscard]] int count(bool usable) const;
  // The optional objects that facts in use ask for, in any namespace.
  [[nodiscard]] std::set<ObjectKind> objects() const;

  // Writes verdicts that nobody was told yet into the objects, and an Event where one is refused. `failed` gets what could not be written;
  // a missing right is said once. For the replica that acts, from one thread.
  void tell(KubeApi& api, EventRecorder& events, Time now, const std::function<void(const std::string& why)>& failed);
  // Another replica may have said something else meanwhile.
  void tell_all_again();

 private:
  struct Namespace {
    std::map<std::string, Json> objects;  // by name
    std::map<std::string, PlaybookVerdict> verdicts;
    std::set<std::string> untold;
    std::shared_ptr<const Inputs> inputs;
    bool dirty = false;
  };
  bool judge(Namespace& mine) const;
  std::vector<PlaybookVerdict> untold() const;
  void told(const PlaybookVerdict& verdict);

  const std::shared_ptr<const Inputs> base_;
  const Vocabulary vocabulary_;
  bool denial_said_ = false;  // of who calls tell()
  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, Namespace> namespaces_;
};

}  // namespace refloat
