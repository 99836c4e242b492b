// Runs a playbook's cases: each a situation, and what its signature must say about it. Results are values; the commands print them.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "model/evidence.h"
#include "model/playbook.h"

namespace refloat {

struct CaseOutcome {
  std::string playbook;
  std::string signature;
  std::string file;
  std::string sentence;  // what the case shows
  bool near = false;     // a near miss: differs from a firing case by one fact
  bool ok = false;
  std::string expected;            // present | absent | soon | unknown
  std::string got;                 // likewise
  std::string why;                 // of a failure, or of soon and unknown; may be empty
  std::vector<Evidence> evidence;  // what the signature rests on, if it fired
};

struct CaseReport {
  std::vector<CaseOutcome> outcomes;  // in the order of the files' names
  Diagnostics diagnostics;            // malformed cases, and kinds of cases that are missing
  // Every case came out as expected and none is missing or malformed.
  [[nodiscard]] bool ok() const;
};

// The cases under `folder`/cases. A playbook needs at least one case that fires, one that does not and one near miss.
CaseReport run_cases(const Playbook& playbook, const std::string& folder);

}  // namespace refloat
