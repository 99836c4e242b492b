#include "config/user_playbooks.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"
#include "config/explained_signatures.h"
#include "config/user_playbook.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"

namespace refloat {
namespace {

std::string too_many() {
  return "more than " + std::to_string(user_playbooks_max) + " in this namespace, or more than " +
         std::to_string(user_playbook_values_max) + " values, or " + std::to_string(user_playbook_bytes_max / 1024) +
         " KiB in them together; older ones come first: delete what is not needed";
}

// Older ones first: whoever comes later cannot take a name, or room, from them.
void sort_by_age(std::vector<const UserPlaybook*>& objects) {
  std::sort(objects.begin(), objects.end(), [](const UserPlaybook* a, const UserPlaybook* b) {
    return std::tie(a->created, a->ref.name) < std::tie(b->created, b->ref.name);
  });
}

// The Playbook objects of one namespace.
class Candidates {
 public:
  explicit Candidates(const std::vector<Playbook>& built_in) : built_in_(built_in), signatures_(built_in) {}

  void take(std::vector<const UserPlaybook*> objects, JudgedPlaybooks& into) {
    const std::vector<const UserPlaybook*> left_out = beyond_room(objects);
    const std::set<const UserPlaybook*> beyond(left_out.begin(), left_out.end());
    sort_by_age(objects);
    for (const UserPlaybook* object : objects) {
      const bool fits = !beyond.contains(object);
      if (!fits) into.without_room.push_back(object->ref.name);
      const bool kept = object->playbook.has_value() || !object->refused.empty();
      if (fits && !kept) into.to_read_again.push_back(object->ref.name);
      if (fits && kept)
        consider(*object);
      else
        refuse(*object, "TooManyPlaybooks", too_many());
    }
    drop_what_explains_wrongly();
    drop_rings();
  }

  void hand_over(JudgedPlaybooks& into) {
    for (const UserPlaybook* object : usable_) {
      into.verdicts.push_back({object->ref, object->generation, true, "Usable", "looked for beside the built-in playbooks"});
      into.usable.push_back(*object->playbook);
    }
    std::move(refused_.begin(), refused_.end(), std::back_inserter(into.verdicts));
  }

 private:
  void consider(const UserPlaybook& object) {
    if (!object.refused.empty()) return refuse(object, "InvalidPlaybook", object.refused);
    const std::string taken = taken_by_another(*object.playbook);
    if (!taken.empty()) return refuse(object, "DuplicatePlaybook", taken);
    usable_.push_back(&object);
    signatures_.add(*object.playbook);
  }

  void refuse(const UserPlaybook& object, std::string reason, const std::string& message) {
    refused_.push_back({object.ref, object.generation, false, std::move(reason), printable(message, playbook_message_bytes_max)});
  }

  [[nodiscard]] std::string taken_by_another(const Playbook& playbook) const {
    const std::string& id = playbook.signature.id;
    for (const Playbook& other : built_in_) {
      if (other.name == playbook.name)
        return "metadata.name: a built-in playbook has this name and is never replaced; give it another name";
      if (other.signature.id == id) {
        return "spec.signature.id: '" + id + "' is the signature of the built-in playbook " + other.name +
               " and is never replaced; give it another id";
      }
    }
    const auto same = [&](const UserPlaybook* other) { return other->playbook->signature.id == id; };
    const auto older = std::find_if(usable_.begin(), usable_.end(), same);
    if (older == usable_.end()) return {};
    return "spec.signature.id: '" + id + "' is the signature of the older Playbook " + (*older)->ref.name + "; give it another id";
  }

  // Those for which there is a reason, "" = none. True when some were.
  bool drop(const std::function<std::string(const Playbook&)>& why) {
    return std::erase_if(usable_, [&](const UserPlaybook* object) {
             const std::string wrong = why(*object->playbook);
             if (!wrong.empty()) refuse(*object, "InvalidPlaybook", wrong);
             return !wrong.empty();
           }) > 0;
  }

  // What is dropped may be explained by others.
  void drop_what_explains_wrongly() {
    const auto why = [this](const Playbook& playbook) {
      std::string wrong = signatures_.why_wrong(playbook);
      if (!wrong.empty()) signatures_.remove(playbook.signature.id);
      return wrong;
    };
    while (drop(why)) {
    }
  }

  // The youngest of a ring closed it: the others stood there before, and explain one by now that is never found.
  void drop_rings() {
    for (const UserPlaybook* object : usable_) signatures_.remove(object->playbook->signature.id);
    drop([this](const Playbook& playbook) -> std::string {
      signatures_.add(playbook);
      if (!signatures_.in_a_ring(playbook.signature.id)) return {};
      signatures_.remove(playbook.signature.id);
      return "spec.signature.explains: what it explains explains it in turn; a cause cannot be the effect of its effect";
    });
  }

  const std::vector<Playbook>& built_in_;
  ExplainedSignatures signatures_;           // that count so far
  std::vector<const UserPlaybook*> usable_;  // so far, older ones first
  std::vector<PlaybookVerdict> refused_;
};

}  // namespace

std::vector<const UserPlaybook*> beyond_room(std::vector<const UserPlaybook*> objects) {
  sort_by_age(objects);
  std::size_t count = 0, values = 0, bytes = 0;
  std::erase_if(objects, [&](const UserPlaybook* object) {
    if (object->digest.empty()) return true;  // nobody reads it, so it takes no room from others
    const bool fits = count < user_playbooks_max && values + object->size.nodes <= user_playbook_values_max &&
                      bytes + object->size.bytes <= user_playbook_bytes_max;
    if (!fits) return false;
    ++count;
    values += object->size.nodes;
    bytes += object->size.bytes;
    return true;
  });
  return objects;
}

JudgedPlaybooks judge_playbooks(const std::vector<const UserPlaybook*>& objects, const std::vector<Playbook>& built_in) {
  std::map<std::string, std::vector<const UserPlaybook*>> by_namespace;
  for (const UserPlaybook* object : objects) by_namespace[object->ref.ns].push_back(object);
  JudgedPlaybooks judged;
  for (auto& [ns, mine] : by_namespace) {
    Candidates candidates(built_in);
    candidates.take(std::move(mine), judged);
    candidates.hand_over(judged);
  }
  return judged;
}

}  // namespace refloat
