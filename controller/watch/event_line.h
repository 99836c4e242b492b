// One line of a watch answer: which kind of event, and the object's text inside the line.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace refloat {

struct EventLine {
  enum class Type { added, modified, deleted, bookmark, error };
  Type type = Type::added;
  std::string_view object;   // inside the line, as the server wrote it
  std::string_view version;  // its metadata.resourceVersion; empty when absent or not asked for; valid until the next read
};

// Reads lines without copying them or building trees; its scratch memory follows the largest line of late.
class EventReader {
 public:
  EventReader();
  ~EventReader();
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;

  // `line` must be followed by LineSplitter::padding readable bytes. Inside the object only what is asked for is checked.
  Result<EventLine> read(std::string_view line, bool with_version);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace refloat
