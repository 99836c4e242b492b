#include "cli/slow_notice.h"

#include <condition_variable>
#include <mutex>
#include <ostream>
#include <stop_token>
#include <string>
#include <thread>

#include "base/text.h"
#include "base/time.h"
#include "cli/console.h"

namespace refloat {

std::jthread notice_if_slow(Console& console, const std::string& line, Duration patience) {
  return std::jthread([&console, text = printable(line) + "\n", patience](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, patience, [] { return false; });
    if (!stop.stop_requested()) console.err << text << std::flush;
  });
}

}  // namespace refloat
