#include "config/user_playbooks.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "config/object_limits.h"
#include "config/playbook_reader.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

constexpr std::size_t mistakes_told_max = 3;
constexpr std::size_t message_bytes_max = 1000;

// Of what judged_part() gives; the API server lets no object have it.
constexpr const char* unreadable_member = "unreadable";

std::string too_many() {
  return "more than " + std::to_string(user_playbooks_max) + " in this namespace, or more than " +
         std::to_string(user_playbook_values_max) + " values, or " + std::to_string(user_playbook_bytes_max / 1024) +
         " KiB in them together; older ones come first: delete what is not needed";
}

std::string too_slow(const Playbook& playbook) {
  const auto slow = [](const StepSpec& step) { return step.within && *step.within > user_step_max; };
  const auto found = std::find_if(playbook.steps.begin(), playbook.steps.end(), slow);
  if (found == playbook.steps.end()) return {};
  const std::string place = std::to_string(found - playbook.steps.begin());
  return "spec.steps[" + place + "].within: longer than " + format_duration(user_step_max) +
         "; a run holds one of the few places until it ends";
}

// Why nobody reads its spec, or "".
std::string why_unread(const Json& object, const ObjectSize& size) {
  const std::string beyond = beyond_limits(size);
  return beyond.empty() ? text_at(object, {unreadable_member}) : "spec " + beyond + "; split it into several playbooks";
}

// "field: what is wrong; what to do", for the first mistakes.
std::string told(const std::vector<Diagnostic>& mistakes) {
  std::string text;
  std::size_t count = 0;
  for (const Diagnostic& mistake : mistakes) {
    if (mistake.level != Level::error || ++count > mistakes_told_max) continue;
    text += (text.empty() ? "" : " | ") + mistake.message + (mistake.hint.empty() ? "" : "; " + mistake.hint);
  }
  if (count > mistakes_told_max) text += " | and " + std::to_string(count - mistakes_told_max) + " more";
  return printable(text, message_bytes_max);
}

PlaybookVerdict verdict_on(const Json& object, bool usable, std::string reason, std::string message) {
  const ObjectRef ref{"Playbook", text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}),
                      text_at(object, {"metadata", "uid"})};
  return {ref, int_at(object, {"metadata", "generation"}), usable, std::move(reason), std::move(message)};
}

// The Playbook objects of one namespace.
class Candidates {
 public:
  Candidates(const std::vector<Playbook>& built_in, const Vocabulary& vocabulary) : built_in_(built_in), vocabulary_(vocabulary) {}

  // Older ones first: whoever comes later cannot take a name from them.
  void take(std::vector<const Json*> objects) {
    const auto age = [](const Json* object) {
      return std::tuple(text_at(*object, {"metadata", "creationTimestamp"}), text_at(*object, {"metadata", "name"}));
    };
    std::sort(objects.begin(), objects.end(), [&](const Json* a, const Json* b) { return age(a) < age(b); });
    for (const Json* object : objects) {
      if (within_limits(*object)) consider(*object);
    }
    while (drop_what_breaks_a_rule()) {
    }
  }

  void hand_over(JudgedPlaybooks& into) {
    for (const Json* object : objects_)
      into.verdicts.push_back(verdict_on(*object, true, "Usable", "looked for beside the built-in playbooks"));
    std::move(refused_.begin(), refused_.end(), std::back_inserter(into.verdicts));
    std::move(playbooks_.begin(), playbooks_.end(), std::back_inserter(into.usable));
  }

 private:
  // Refused unread is what costs nothing, so it takes no place from others.
  bool within_limits(const Json& object) {
    const ObjectSize size = size_of(at_path(object, {"spec"}));
    const std::string unread = why_unread(object, size);
    if (!unread.empty()) {
      refuse(object, "InvalidPlaybook", unread);
      return false;
    }
    if (looked_at_ == user_playbooks_max || values_ + size.nodes > user_playbook_values_max ||
        bytes_ + size.bytes > user_playbook_bytes_max) {
      refuse(object, "TooManyPlaybooks", too_many());
      return false;
    }
    ++looked_at_;
    values_ += size.nodes;
    bytes_ += size.bytes;
    return true;
  }

  void consider(const Json& object) {
    Diagnostics mistakes;
    std::optional<Playbook> playbook = read_playbook_object(object, vocabulary_, mistakes);
    if (!playbook) return refuse(object, "InvalidPlaybook", told(mistakes.all()));
    if (const std::string slow = too_slow(*playbook); !slow.empty()) return refuse(object, "InvalidPlaybook", slow);
    const std::string taken = taken_by_another(*playbook);
    if (!taken.empty()) return refuse(object, "DuplicatePlaybook", taken);
    objects_.push_back(&object);
    playbooks_.push_back(std::move(*playbook));
  }

  void refuse(const Json& object, std::string reason, std::string message) {
    refused_.push_back(verdict_on(object, false, std::move(reason), std::move(message)));
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
    const auto same = [&](const Playbook& other) { return other.signature.id == id; };
    const auto older = std::find_if(playbooks_.begin(), playbooks_.end(), same);
    if (older == playbooks_.end()) return {};
    return "spec.signature.id: '" + id + "' is the signature of the older Playbook " + older->name + "; give it another id";
  }

  // What is dropped may have been named by others: true = look again.
  bool drop_what_breaks_a_rule() {
    std::vector<Playbook> all = built_in_;
    all.insert(all.end(), playbooks_.begin(), playbooks_.end());
    Diagnostics mistakes;
    lint_playbooks(all, vocabulary_, mistakes);
    std::map<std::string, std::vector<Diagnostic>> by_playbook;
    for (const Diagnostic& mistake : mistakes.all()) {
      if (mistake.level == Level::error) by_playbook[mistake.where.file].push_back(mistake);
    }
    bool dropped = false;
    for (std::size_t i = playbooks_.size(); i-- > 0;) {
      const auto found = by_playbook.find(playbooks_[i].mark.file);
      if (found == by_playbook.end()) continue;
      refuse(*objects_[i], "InvalidPlaybook", told(found->second));
      objects_.erase(objects_.begin() + static_cast<std::ptrdiff_t>(i));
      playbooks_.erase(playbooks_.begin() + static_cast<std::ptrdiff_t>(i));
      dropped = true;
    }
    return dropped;
  }

  const std::vector<Playbook>& built_in_;
  const Vocabulary& vocabulary_;
  std::size_t looked_at_ = 0, values_ = 0, bytes_ = 0;  // so far
  std::vector<const Json*> objects_;                    // of playbooks_, in the same order
  std::vector<Playbook> playbooks_;
  std::vector<PlaybookVerdict> refused_;
};

}  // namespace

Json judged_part(const Json& object) {
  const Json& spec = at_path(object, {"spec"});
  Json kept = unreadable_playbook(object, why_unread(object, size_of(spec)));
  if (!kept[unreadable_member].get_ref<const std::string&>().empty()) return kept;
  kept.erase(unreadable_member);
  kept["apiVersion"] = at_path(object, {"apiVersion"});
  kept["spec"] = spec;
  return kept;
}

Json unreadable_playbook(const Json& outline, const std::string& why) {
  Json kept{{unreadable_member, why}};
  for (const char* member : {"name", "namespace", "uid", "generation", "creationTimestamp"}) {
    kept["metadata"][member] = at_path(outline, {"metadata", member});
  }
  return kept;
}

JudgedPlaybooks judge_playbooks(const std::vector<Json>& objects, const std::vector<Playbook>& built_in, const Vocabulary& vocabulary) {
  std::vector<const Json*> all;
  for (const Json& object : objects) all.push_back(&object);
  return judge_playbooks(all, built_in, vocabulary);
}

JudgedPlaybooks judge_playbooks(const std::vector<const Json*>& objects, const std::vector<Playbook>& built_in,
                                const Vocabulary& vocabulary) {
  std::map<std::string, std::vector<const Json*>> by_namespace;
  for (const Json* object : objects) by_namespace[text_at(*object, {"metadata", "namespace"})].push_back(object);
  JudgedPlaybooks judged;
  for (auto& [ns, mine] : by_namespace) {
    Candidates candidates(built_in, vocabulary);
    candidates.take(std::move(mine));
    candidates.hand_over(judged);
  }
  return judged;
}

}  // namespace refloat
