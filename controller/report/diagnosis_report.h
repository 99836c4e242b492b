// A diagnosis as text, as short lines, and as JSON. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "model/finding.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {

// In the given format; the last line of text and short is the verdict.
std::string render(const Diagnosis& diagnosis, Format format, const TextStyle& style);

// kind Diagnosis, as documented for programs.
Json diagnosis_json(const Diagnosis& diagnosis);

// The parts that a plan's report shows as well.
std::string findings_text(const StackDiagnosis& stack, const TextStyle& style);
std::string findings_short(const StackDiagnosis& stack, const TextStyle& style);
Json finding_json(const Finding& finding);

// "1 pending, look again at 11:31:00": how many signatures are true but too young, and when the first comes of age.
std::string pending_text(const std::vector<Pending>& pending);

// "found: 1 critical, 1 warning, 3 effects", "nothing proven yet: 1 pending, look again at 11:31:00" or "nothing found: 3 Applications,
// 2 databases examined"; then "; incomplete: 1 not examined".
std::string verdict_line(const Diagnosis& diagnosis);

// Effects that a finding explains, directly or through another effect.
std::vector<const Finding*> effects_of(const Finding& cause, const std::vector<Finding>& suppressed);

}  // namespace refloat
