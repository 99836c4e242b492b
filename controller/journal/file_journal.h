// A Stack's recoveries in one file of the user's state directory, for clusters without our kinds.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "journal/journal.h"

namespace refloat {

// $XDG_STATE_HOME/refloat, else ~/.local/state/refloat.
Result<std::string> default_state_directory();

struct FileJournalOptions {
  std::string directory;  // created (0700) when it is not there
  std::string cluster;    // the API server's address: the same names on another cluster are another file
  std::string ns;         // of the Stack
  std::string stack;
  int finished_max = 20;                // finished recoveries kept as history
  std::function<void()> before_rename;  // tests only: what happens when the process dies here
};

// One file, replaced as a whole: a crash leaves the old content or the new one. invalid = damaged or not writable, named in the message.
std::unique_ptr<Journal> make_file_journal(FileJournalOptions options);

}  // namespace refloat
