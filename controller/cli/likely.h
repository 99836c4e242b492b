// What somebody meant by a word that does not exist.
#pragma once

#include <string>
#include <vector>

namespace refloat {

// The candidate nearest to `word`, else the first whose beginning is near to it: a long name is often given up half-way. "" = none.
std::string likely(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace refloat
