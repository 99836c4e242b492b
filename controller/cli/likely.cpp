#include "cli/likely.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.h"

namespace refloat {
namespace {

constexpr std::size_t same_letters = 2;  // with which a word and what was meant begin: else any short word is near to some beginning
constexpr std::size_t word_min = 4;

}  // namespace

std::string likely(const std::string& word, const std::vector<std::string>& candidates) {
  std::string near = nearest(word, candidates);
  if (!near.empty() || word.size() < word_min) return near;
  std::vector<std::string> possible;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(possible),
               [&](const std::string& candidate) { return candidate.compare(0, same_letters, word, 0, same_letters) == 0; });
  std::vector<std::string> beginnings;
  beginnings.reserve(possible.size());
  for (const std::string& candidate : possible) beginnings.push_back(candidate.substr(0, word.size()));
  const auto found = std::find(beginnings.begin(), beginnings.end(), nearest(word, beginnings));
  return found == beginnings.end() ? std::string() : possible[static_cast<std::size_t>(found - beginnings.begin())];
}

}  // namespace refloat
