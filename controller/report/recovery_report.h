// A finished or interrupted recovery as text, as short lines, and as JSON. Pure.
#pragma once

#include <string>

#include "model/recovery.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {

// In the given format; the last line of text and short is the verdict.
std::string render(const Recovery& recovery, Format format, const TextStyle& style);

// "recovered and verified in 23s: 5 steps, 6 writes".
std::string verdict_line(const Recovery& recovery);

}  // namespace refloat
