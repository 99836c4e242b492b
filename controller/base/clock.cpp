#include "base/clock.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/time.h"

namespace refloat {

namespace {

std::atomic<bool> interrupted_flag{false};

// How late an interrupt may be noticed.
constexpr Duration slice{50};

}  // namespace

Time SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void SystemClock::wait_until(Time until) {
  while (!interrupted()) {
    const Duration left = until - now();
    if (left <= Duration(0)) return;
    std::this_thread::sleep_for(std::min(left, slice));
  }
}

void interrupt() noexcept {
  interrupted_flag.store(true);
}

bool interrupted() noexcept {
  return interrupted_flag.load();
}

}  // namespace refloat
