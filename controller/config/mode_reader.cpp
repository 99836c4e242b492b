#include "config/mode_reader.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/text.h"
#include "config/fields.h"
#include "config/words.h"
#include "config/yaml_node.h"
#include "model/playbook.h"
#include "model/stack.h"

namespace refloat {
namespace {

constexpr std::size_t named_max = 64;  // as in the kind
constexpr std::size_t id_bytes_max = 63;

bool is_signature_id(const std::string& text) {
  const bool fits = !text.empty() && text.size() <= id_bytes_max;
  return fits && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

std::vector<std::string> ids_of(const KnownPlaybooks& playbooks) {
  std::vector<std::string> ids;
  for (const Playbook& playbook : *playbooks.all) {
    if (playbook.ns.empty() || playbook.ns == playbooks.ns) ids.push_back(playbook.signature.id);
  }
  return ids;
}

void check_id(const YamlEntry& entry, const std::string& path, const KnownPlaybooks& playbooks, Diagnostics& diagnostics) {
  const std::string shown = "'" + printable(entry.key, 80) + "'";
  if (!is_signature_id(entry.key)) {
    diagnostics.error(entry.mark, path + ": " + shown + " is no signature id",
                      "lower-case letters, digits and '-': `refloat signatures` lists them");
    return;
  }
  if (playbooks.all == nullptr) return;
  const std::vector<std::string> known = ids_of(playbooks);
  if (std::find(known.begin(), known.end(), entry.key) != known.end()) return;
  diagnostics.error(entry.mark, path + ": no playbook has a signature " + shown, suggest(entry.key, known));
}

}  // namespace

std::map<std::string, Mode> read_modes(const YamlNode& node, const std::string& path, const KnownPlaybooks& playbooks,
                                       Diagnostics& diagnostics) {
  std::map<std::string, Mode> modes;
  if (node.kind != YamlNode::Kind::map) {
    diagnostics.error(node.mark, path + " must be a map of modes", "write {SIGNATURE: Approve}; `refloat signatures` lists the ids");
    return modes;
  }
  if (node.entries.size() > named_max)
    diagnostics.error(node.mark, path + " names more than " + std::to_string(named_max) + " signatures",
                      "let the mode of the Stack say it");
  for (const YamlEntry& entry : node.entries) {
    check_id(entry, path, playbooks, diagnostics);
    const auto word = as_choice(entry.value, words_of(mode_words()), path + "." + printable(entry.key, 80), diagnostics);
    for (const auto& [name, mode] : mode_words()) {
      if (word == name) modes[entry.key] = mode;
    }
  }
  return modes;
}

std::string unknown_signature(const Stack& stack, const std::vector<Playbook>& playbooks) {
  if (stack.mode_by_signature.empty()) return {};
  const std::vector<std::string> known = ids_of({&playbooks, stack.ns});
  const auto found = std::find_if(stack.mode_by_signature.begin(), stack.mode_by_signature.end(),
                                  [&](const auto& named) { return std::find(known.begin(), known.end(), named.first) == known.end(); });
  return found == stack.mode_by_signature.end() ? "" : found->first;
}

}  // namespace refloat
