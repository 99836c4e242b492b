// A case of a playbook as it stands in a file: where it starts from, what it changes, and what it expects.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"

namespace refloat {

struct CaseFile {
  std::string path;
  SourceMark mark;
  std::string sentence;                           // what the case shows
  std::string from;                               // path of a base or of another case
  bool near = false;                              // `from` was written as near: this differs from a firing case by one fact
  std::vector<std::pair<std::string, Json>> set;  // pointer -> value
  std::vector<std::string> remove;                // pointers
  std::string expect;                             // present | absent | soon | unknown
  std::string subject;                            // name; empty = any
};

// Reads one case; nothing, with errors, when it is malformed.
std::optional<CaseFile> read_case(const std::string& path, Diagnostics& diagnostics);

// The whole situation of a case: its base with the changes of every case on the way, the case's own last.
std::optional<Json> situation_of(const CaseFile& file, Diagnostics& diagnostics);

}  // namespace refloat
