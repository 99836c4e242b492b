// The only mapping from a kind of error to what a pass does next.
#pragma once

#include "base/result.h"
#include "base/time.h"

namespace refloat {

enum class Next {
  again,  // look again at `wait`
  stop,   // a person must act
};

struct Outcome {
  Next next = Next::again;
  Duration wait{};
};

// What to do after a read failed; `failures` counts failures in a row, `seed` spreads waits.
Outcome after_failed_read(const Error& error, int failures, unsigned seed);

}  // namespace refloat
