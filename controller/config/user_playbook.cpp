#include "config/user_playbook.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/text.h"
#include "config/object_limits.h"
#include "config/playbook_reader.h"
#include "config/user_rules.h"
#include "config/yaml_node.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

YamlLimits limits() {
  YamlLimits share;
  share.nodes_max = user_playbook_values_max / user_playbook_share;
  share.bytes_max = user_playbook_bytes_max / user_playbook_share;
  return share;
}

UserPlaybook outline_of(const Json& object) {
  UserPlaybook outline;
  outline.ref = {"Playbook", text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}),
                 text_at(object, {"metadata", "uid"})};
  outline.generation = int_at(object, {"metadata", "generation"});
  outline.created = text_at(object, {"metadata", "creationTimestamp"});
  return outline;
}

// "field: what is wrong; what to do", for the first mistakes.
std::string told(const std::vector<Diagnostic>& mistakes) {
  std::string text;
  std::size_t count = 0;
  for (const Diagnostic& mistake : mistakes) {
    if (mistake.level != Level::error || ++count > mistakes_told_max) continue;
    text += (text.empty() ? "" : " | ") + mistake.message + (mistake.hint.empty() ? "" : "; " + mistake.hint);
  }
  if (count > mistakes_told_max) text += " | and more";
  return printable(text, playbook_message_bytes_max);
}

}  // namespace

bool UserPlaybook::says_what(const UserPlaybook& other) const {
  return ref.uid == other.ref.uid && generation == other.generation && created == other.created && digest == other.digest &&
         (!digest.empty() || refused == other.refused);
}

UserPlaybook measure_playbook(const Json& object) {
  const Json& spec = at_path(object, {"spec"});
  UserPlaybook measured = outline_of(object);
  measured.size = size_of(spec, limits());
  const std::string beyond = beyond_limits(measured.size, limits());
  if (!beyond.empty()) measured.refused = "spec " + beyond + "; split it into several playbooks";
  if (beyond.empty()) measured.digest = playbook_digest(spec);
  return measured;
}

void read_playbook_into(UserPlaybook& measured, const Json& object, const Vocabulary& vocabulary) {
  if (!measured.refused.empty()) return;
  Diagnostics mistakes;
  std::optional<Playbook> playbook = read_playbook_object(object, vocabulary, mistakes);
  if (playbook) lint_playbook(*playbook, vocabulary, mistakes);
  measured.refused = told(mistakes.all());
  if (playbook && measured.refused.empty())
    measured.refused = printable(broken_user_rule(*playbook, at_path(object, {"spec"}), vocabulary), playbook_message_bytes_max);
  if (measured.refused.empty()) measured.playbook = std::move(playbook);
}

UserPlaybook take_in_playbook(const Json& object, const Vocabulary& vocabulary) {
  UserPlaybook taken = measure_playbook(object);
  read_playbook_into(taken, object, vocabulary);
  return taken;
}

UserPlaybook unreadable_playbook(const Json& outline, const std::string& why) {
  UserPlaybook unreadable = outline_of(outline);
  unreadable.refused = why;
  return unreadable;
}

}  // namespace refloat
