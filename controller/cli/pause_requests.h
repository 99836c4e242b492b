// Who asks for a Stack to be left alone: entries "<who>" or "<who>: <why>" of spec.pauseRequests. Pure.
#pragma once

#include <string>
#include <vector>

namespace refloat {

// The part before the colon.
std::string asker_of(const std::string& entry);

// With this request added; an earlier one of the same person is replaced.
std::vector<std::string> with_request(std::vector<std::string> entries, const std::string& who, const std::string& why);

// Without the requests of this person.
std::vector<std::string> without_requests(std::vector<std::string> entries, const std::string& who);

}  // namespace refloat
