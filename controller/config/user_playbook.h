// One Playbook object of the cluster as it is kept: measured and read once, without what nobody judges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "config/object_limits.h"
#include "model/object_ref.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {

// What the Playbooks of one namespace may ask of us together, however they are cut: each is judged at every look at every Stack there.
inline constexpr std::size_t user_playbooks_max = 100;
inline constexpr std::size_t user_playbook_values_max = 20000;
inline constexpr std::size_t user_playbook_bytes_max = std::size_t{1} << 20U;
// One of them may take a tenth of that: an edit must not push all others out.
inline constexpr std::size_t user_playbook_share = 10;
// Bytes of why one is refused, as its status says it.
inline constexpr std::size_t playbook_message_bytes_max = 1000;

struct UserPlaybook {
  ObjectRef ref;
  std::int64_t generation = 0;
  std::string created;               // as the API server writes it
  ObjectSize size;                   // of its spec
  std::string digest;                // of its spec, as Playbook::digest; "" = beyond all limits, so nobody reads it
  std::string refused;               // why it can count beside no other
  std::optional<Playbook> playbook;  // nothing: refused, or there is no room to keep it

  // Whether both say the same; labels, managed fields and status say nothing.
  [[nodiscard]] bool says_what(const UserPlaybook& other) const;
};

// Who it is and how large; not read yet.
UserPlaybook measure_playbook(const Json& object);
// Reads what was measured.
void read_playbook_into(UserPlaybook& measured, const Json& object, const Vocabulary& vocabulary);
// Both.
UserPlaybook take_in_playbook(const Json& object, const Vocabulary& vocabulary);
// One that cannot be taken in at all. `outline` holds at least its metadata; `why` is told as it stands.
UserPlaybook unreadable_playbook(const Json& outline, const std::string& why);

}  // namespace refloat
