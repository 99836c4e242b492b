#include "cli/pause_requests.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

namespace refloat {
namespace {

constexpr std::size_t entry_bytes_max = 250;  // the kind takes 253
constexpr const char* separator = ": ";       // names of service accounts hold colons, but none with a space after it

}  // namespace

std::string asker_of(const std::string& entry) {
  return entry.substr(0, entry.find(separator));
}

std::vector<std::string> with_request(std::vector<std::string> entries, const std::string& who, const std::string& why) {
  entries = without_requests(std::move(entries), who);
  entries.push_back(printable(why.empty() ? who : who + separator + why, entry_bytes_max));
  return entries;
}

std::vector<std::string> without_requests(std::vector<std::string> entries, const std::string& who) {
  std::erase_if(entries, [&](const std::string& entry) { return asker_of(entry) == who; });
  return entries;
}

}  // namespace refloat
