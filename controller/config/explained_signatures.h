// Rules for what a user's Playbook says it explains, beside all others that count with it. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/playbook.h"

namespace refloat {

// Signatures by id, with what each explains.
class ExplainedSignatures {
 public:
  explicit ExplainedSignatures(const std::vector<Playbook>& playbooks);

  void add(const Playbook& playbook);
  void remove(const std::string& id);
  // What `playbook` explains that it must not: nobody defines it, or it is graver, so that hiding it would hide how bad things are.
  [[nodiscard]] std::string why_wrong(const Playbook& playbook) const;
  // Whether that signature is explained by one that it explains itself, on whatever way: none of such a ring would be a cause.
  [[nodiscard]] bool in_a_ring(const std::string& id) const;

 private:
  struct Known {
    Severity severity;
    std::vector<std::string> explains;
  };
  std::map<std::string, Known> known_;
};

}  // namespace refloat
