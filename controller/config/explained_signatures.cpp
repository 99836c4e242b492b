#include "config/explained_signatures.h"

#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "config/fields.h"
#include "config/playbook_reader.h"
#include "model/finding.h"
#include "model/playbook.h"

namespace refloat {

ExplainedSignatures::ExplainedSignatures(const std::vector<Playbook>& playbooks) {
  for (const Playbook& playbook : playbooks) add(playbook);
}

void ExplainedSignatures::add(const Playbook& playbook) {
  const Signature& signature = playbook.signature;
  known_.insert_or_assign(signature.id, Known{signature.severity, signature.explains});
}

void ExplainedSignatures::remove(const std::string& id) {
  known_.erase(id);
}

std::string ExplainedSignatures::why_wrong(const Playbook& playbook) const {
  const Signature& signature = playbook.signature;
  std::vector<std::string> wrong;
  for (const std::string& effect : signature.explains) {
    if (wrong.size() == mistakes_told_max) break;
    const auto found = known_.find(effect);
    if (found == known_.end()) {
      std::vector<std::string> ids;
      for (const auto& [id, known] : known_) ids.push_back(id);
      wrong.push_back("'" + printable(effect, 60) + "', which no playbook defines; " + suggest(effect, ids));
    } else if (effect == signature.id) {
      wrong.push_back("'" + effect + "', which is itself; an effect is another signature");
    } else if (found->second.severity < signature.severity) {
      wrong.push_back("'" + effect + "', which is " + to_string(found->second.severity) + " and so graver than itself (" +
                      to_string(signature.severity) + "); a cause is as grave as what it brings about");
    }
  }
  return wrong.empty() ? "" : "spec.signature.explains: " + join(wrong, " | ");
}

bool ExplainedSignatures::in_a_ring(const std::string& id) const {
  std::set<std::string> seen;
  std::vector<std::string> open{id};
  while (!open.empty()) {
    const auto known = known_.find(open.back());
    open.pop_back();
    if (known == known_.end()) continue;
    for (const std::string& effect : known->second.explains) {
      if (effect == id) return true;
      if (seen.insert(effect).second) open.push_back(effect);
    }
  }
  return false;
}

}  // namespace refloat
