#include "watch/event_line.h"

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/text.h"
#include "kube/frames.h"

namespace refloat {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(LineSplitter::padding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t scratch_kept_bytes = std::size_t{128} << 10U;  // of the line that the parser's memory is kept for

std::optional<EventLine::Type> type_of(std::string_view name) {
  using Type = EventLine::Type;
  static constexpr std::array<std::pair<std::string_view, Type>, 5> names{{{"ADDED", Type::added},
                                                                           {"MODIFIED", Type::modified},
                                                                           {"DELETED", Type::deleted},
                                                                           {"BOOKMARK", Type::bookmark},
                                                                           {"ERROR", Type::error}}};
  for (const auto& [known, type] : names) {
    if (name == known) return type;
  }
  return std::nullopt;
}

Error unreadable(const std::string& why) {
  return {ErrorKind::invalid, "read watch event: " + why};
}

// What the fields of the line's own object said.
struct Fields {
  std::string_view type;
  EventLine line;
  bool object_seen = false;
};

simdjson::error_code read_object(ondemand::value value, bool with_version, EventLine& line) {
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return error;
  if (with_version) {
    const auto found = object.find_field("metadata").find_field("resourceVersion").get_string().get(line.version);
    // After any other error the document cannot be read on.
    const bool absent = found == simdjson::NO_SUCH_FIELD || found == simdjson::INCORRECT_TYPE;
    if (found != simdjson::SUCCESS && !absent) return found;
    if (absent) line.version = {};
    if (const auto error = object.reset().error()) return error;
  }
  return object.raw_json().get(line.object);
}

simdjson::error_code read_field(ondemand::field field, bool with_version, Fields& fields) {
  std::string_view key;
  if (const auto error = field.unescaped_key().get(key)) return error;
  if (key == "type") return field.value().get_string().get(fields.type);
  if (key != "object") return simdjson::SUCCESS;  // the loop skips its value
  fields.object_seen = true;
  return read_object(field.value(), with_version, fields.line);
}

simdjson::error_code read_fields(ondemand::document& document, bool with_version, Fields& fields) {
  ondemand::object root;
  if (const auto error = document.get_object().get(root)) return error;
  for (auto field : root) {
    ondemand::field known;
    if (const auto error = std::move(field).get(known)) return error;
    if (const auto error = read_field(known, with_version, fields)) return error;
  }
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

}  // namespace

class EventReader::Impl {
 public:
  Result<EventLine> read(std::string_view line, bool with_version) {
    if (parser_.capacity() > scratch_kept_bytes && line.size() <= scratch_kept_bytes) parser_ = ondemand::parser();
    ondemand::document document;
    Fields fields;
    auto error = parser_.iterate(line.data(), line.size(), line.size() + LineSplitter::padding).get(document);
    if (error == simdjson::SUCCESS) error = read_fields(document, with_version, fields);
    if (error != simdjson::SUCCESS) return unreadable(simdjson::error_message(error));
    const auto type = type_of(fields.type);
    if (!type) return unreadable("its type is \"" + printable(fields.type, 40) + "\"");
    if (!fields.object_seen) return unreadable("it holds no object");
    fields.line.type = *type;
    return fields.line;
  }

 private:
  ondemand::parser parser_;
};

EventReader::EventReader() : impl_(std::make_unique<Impl>()) {}
EventReader::~EventReader() = default;

Result<EventLine> EventReader::read(std::string_view line, bool with_version) {
  return impl_->read(line, with_version);
}

}  // namespace refloat
