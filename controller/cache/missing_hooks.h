// A hook Job that an operation waits for and that is not there: since when, from look to look.
#pragma once

#include "cache/collect.h"
#include "model/snapshot.h"

namespace refloat {

// Lets an Application count as unchanged only since its missing hook Jobs were first not seen. One that is deleted as soon as it has
// succeeded is gone a moment before the operation says so; the Application itself has then been unchanged for as long as the hook ran.
void note_missing_hooks(Snapshot& snapshot, Seen& seen);

}  // namespace refloat
