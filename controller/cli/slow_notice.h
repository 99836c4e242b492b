// A word on stderr about what takes long, from a thread of its own: the call that it is about blocks.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "base/time.h"
#include "cli/console.h"

namespace refloat {

// Prints `line` once after `patience`, unless what is returned was destroyed by then.
std::jthread notice_if_slow(Console& console, const std::string& line, Duration patience = std::chrono::seconds(2));

}  // namespace refloat
