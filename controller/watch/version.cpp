#include "watch/version.h"

#include <algorithm>
#include <string_view>

namespace refloat {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.front() != '0' && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool not_newer(std::string_view version, std::string_view than) {
  if (!is_number(version) || !is_number(than)) return false;
  return version.size() != than.size() ? version.size() < than.size() : version <= than;
}

}  // namespace refloat
