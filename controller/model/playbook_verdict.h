// What became of one Playbook object: whether it counts, and if not, why.
#pragma once

#include <cstdint>
#include <string>

#include "model/object_ref.h"

namespace refloat {

struct PlaybookVerdict {
  ObjectRef ref;                // kind Playbook
  std::int64_t generation = 0;  // of the object that was judged
  bool usable = false;
  std::string reason;   // one word: Usable, InvalidPlaybook, DuplicatePlaybook or TooManyPlaybooks
  std::string message;  // for people: the field and a hint

  bool operator==(const PlaybookVerdict& other) const {
    return ref.uid == other.ref.uid && generation == other.generation && usable == other.usable && reason == other.reason &&
           message == other.message;
  }
};

}  // namespace refloat
