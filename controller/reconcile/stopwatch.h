// Time for measuring how long a call took; nothing decides on it.
#pragma once

#include <chrono>
#include <functional>

namespace refloat {

// Seconds since any fixed moment, never going back.
using SecondsNow = std::function<double()>;

inline double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace refloat
