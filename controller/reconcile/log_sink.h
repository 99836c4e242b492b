// Where log lines go.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"

namespace refloat {

// One line of the log: an event in a few words, and its fields.
using LogSink = std::function<void(const std::string& event, const Json& fields)>;

}  // namespace refloat
