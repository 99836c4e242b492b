// A diagnosis as text, as short lines, and as JSON. Pure.
#pragma once

#include <string>

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

// "2 causes (1 critical, 1 warning), 3 effects, 1 not examined" or "nothing found: 3 Applications, 2 databases examined".
std::string verdict_line(const Diagnosis& diagnosis);

// Effects that a finding explains, directly or through another effect.
std::vector<const Finding*> effects_of(const Finding& cause, const std::vector<Finding>& suppressed);

}  // namespace refloat
