// The catalogue of a process that is left running: the built-in playbooks and the users' Playbook objects, as they come and go.
#pragma once

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

#include "base/json.h"
#include "base/time.h"
#include "config/user_playbook.h"
#include "config/user_playbooks.h"
#include "journal/event_recorder.h"
#include "kube/kube_api.h"
#include "model/object_ref.h"
#include "model/playbook_verdict.h"
#include "model/vocabulary.h"
#include "reconcile/reconcile.h"

namespace refloat {

// May be used from several threads. Who holds what inputs_for() gave keeps it, whatever changes meanwhile.
class PlaybookCatalogue {
 public:
  explicit PlaybookCatalogue(const Inputs& base);

  // A Playbook object as it is now, which is read here, once. What only its status says changes nothing.
  void put(const Json& object);
  // One that cannot be taken in as a whole; `outline` holds its metadata. What was known of it counts no more.
  void put_unreadable(const Json& outline, const std::string& why);
  // "namespace/name".
  void remove(const std::string& name);
  // Judges what came since the last call; the namespaces whose playbooks are others than before.
  std::set<std::string> refresh();
  // Of the namespaces that changed since the last call: those whose Applications outside any Stack are judged otherwise than before.
  std::set<std::string> take_changed_outside();

  // What a turn at a Stack or Application of this namespace is taken with.
  [[nodiscard]] std::shared_ptr<const Inputs> inputs_for(const std::string& ns) const;
  [[nodiscard]] int count(bool usable) const;
  // How much of the Playbooks of a namespace is held in memory, as their JSON would be.
  [[nodiscard]] std::size_t kept_bytes(const std::string& ns) const;
  // The optional objects that facts in use ask for, in any namespace.
  [[nodiscard]] std::set<ObjectKind> objects() const;

  // Reads those again that there was no room to keep and now there is, for refresh() to judge. Writes verdicts that nobody was told yet
  // into the objects, and an Event where one is refused: a few at each call, none for a while after the API server was away, and no more
  // once `stop` is requested. `failed` gets what could not be written; a missing right is said once. For the replica that acts, from one
  // thread.
  void tell(KubeApi& api, EventRecorder& events, Time now, const std::function<void(const std::string& why)>& failed,
            const std::stop_token& stop = {});
  // Another replica may have said something else meanwhile.
  void tell_all_again();

 private:
  using Objects = std::map<std::string, std::shared_ptr<const UserPlaybook>>;  // by name
  struct Namespace {
    Objects objects;
    std::size_t kept = 0, kept_bytes = 0;  // those of them with their content
    std::set<std::string> to_read_again;
    std::map<std::string, PlaybookVerdict> verdicts;
    std::set<std::string> untold;
    std::shared_ptr<const Inputs> inputs;
    bool dirty = false;
  };
  [[nodiscard]] bool is_known(const UserPlaybook& measured) const;
  void keep(UserPlaybook taken);
  static void exchange_object(Namespace& mine, const std::string& name, std::shared_ptr<const UserPlaybook> object);
  static void leave_out(Namespace& mine, const std::string& name);
  std::map<std::string, Objects> take_dirty();
  bool accept(const std::string& ns, JudgedPlaybooks judged);
  std::vector<PlaybookVerdict> next_untold();
  bool read_again(KubeApi& api);
  [[nodiscard]] std::vector<ObjectRef> next_to_read_again() const;
  void ask_no_more(const ObjectRef& playbook);
  bool tell_one(KubeApi& api, EventRecorder& events, const PlaybookVerdict& verdict, Time now,
                const std::function<void(const std::string& why)>& failed);
  void told(const PlaybookVerdict& verdict);

  const std::shared_ptr<const Inputs> base_;
  const Vocabulary vocabulary_;
  // Of who calls tell().
  bool denial_said_ = false;
  int failures_ = 0;
  Time quiet_until_{};
  std::pair<std::string, std::string> told_last_;  // namespace, name
  mutable std::mutex mutex_;                       // of what follows
  std::map<std::string, Namespace> namespaces_;
  std::set<std::string> changed_outside_;
};

}  // namespace refloat
