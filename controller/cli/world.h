// The real cluster and the real databases.
#pragma once

#include "cli/engine.h"

namespace refloat {

// Connects as the flags say; nothing is sent yet.
Result<World> open_world(const Options& options);

// The playbooks that travel inside the binary.
std::vector<Playbook> built_in_playbooks(const Vocabulary& vocabulary, Diagnostics& diagnostics);

}  // namespace refloat
