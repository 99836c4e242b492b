// The JSON of everything that is not the watch path, and reads of fields that may be absent or of another type.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace refloat {

using Json = nlohmann::json;

// Parses; an error says where. Never throws. Depth is bounded so that a hostile answer cannot exhaust the stack.
Result<Json> parse_json(std::string_view text);

// The node at a path of keys ("status", "operationState"), or a shared null when any part is absent or not an object.
const Json& at_path(const Json& object, std::initializer_list<const char*> path);

// The string / integer / boolean at a path; the fallback when absent or of another type.
std::string text_at(const Json& object, std::initializer_list<const char*> path, std::string fallback = {});
std::int64_t int_at(const Json& object, std::initializer_list<const char*> path, std::int64_t fallback = 0);
bool bool_at(const Json& object, std::initializer_list<const char*> path, bool fallback = false);

// RFC 7386 merge of `patch` into `target`.
void merge_patch(Json& target, const Json& patch);

}  // namespace refloat
