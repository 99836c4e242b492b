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

// As long as it looks now, even if the wall clock is set back meanwhile; shorter, if it is set forward.
void SystemClock::wait_until(Time until) {
  const auto latest = std::chrono::steady_clock::now() + std::max<Duration>(until - now(), Duration(0));
  while (!interrupted()) {
    const Duration left = std::min<Duration>(until - now(), std::chrono::ceil<Duration>(latest - std::chrono::steady_clock::now()));
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
