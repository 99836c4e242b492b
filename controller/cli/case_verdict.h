// What one signature says about one situation.
#pragma once

#include <string>
#include <vector>

#include "cli/case_snapshot.h"
#include "model/evidence.h"
#include "model/playbook.h"

namespace refloat {

struct CaseVerdict {
  std::string got;  // present | absent | soon | unknown: the first of present, soon, unknown that holds for any subject
  std::string why;
  std::vector<Evidence> evidence;
};

// Of the subject of this name, or of any when it is empty.
CaseVerdict judge_case(const Playbook& playbook, const Situation& situation, const std::string& subject);

}  // namespace refloat
