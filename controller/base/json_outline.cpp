#include "base/json_outline.h"

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace refloat {

namespace {

// What the parser left out may still stand there, as a value that is none.
void drop_left_out(Json& json) {
  if (!json.is_structured()) return;
  for (auto each = json.begin(); each != json.end();) {
    if (each->is_discarded()) {
      each = json.erase(each);
    } else {
      drop_left_out(*each++);
    }
  }
}

}  // namespace

// The parser keeps its own stack, so depth costs it memory, not ours.
Result<Json> json_outline(std::string_view text, int levels) {
  const auto keep = [levels](int depth, Json::parse_event_t event, Json& /*parsed*/) {
    const bool begins = event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    return !begins || depth < levels;
  };
  try {
    Json outline = Json::parse(text, keep);
    drop_left_out(outline);
    return outline;
  } catch (const Json::exception&) {
    return Error{ErrorKind::invalid, "parse JSON: " + std::to_string(text.size()) + " bytes that are not valid"};
  }
}

}  // namespace refloat
