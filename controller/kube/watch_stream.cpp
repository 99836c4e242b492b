#include "kube/watch_stream.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "kube/errors.h"
#include "kube/kube_api.h"

namespace refloat {
namespace {

std::optional<WatchEvent::Type> type_of(const std::string& name) {
  if (name == "ADDED") return WatchEvent::Type::added;
  if (name == "MODIFIED") return WatchEvent::Type::modified;
  if (name == "DELETED") return WatchEvent::Type::deleted;
  if (name == "BOOKMARK") return WatchEvent::Type::bookmark;
  return std::nullopt;
}

}  // namespace

bool WatchStream::feed(std::string_view piece) {
  if (error_ || ended_by_sink_) return false;
  const Result<bool> more = lines_.feed(piece, [this](std::string_view line) { return take(line); });
  if (!more) return fail(more.error());
  return *more;
}

Result<> WatchStream::finish() {
  if (error_) return *error_;
  if (ended_by_sink_) return ok();
  // A last event without a line end is whole or cut; only the JSON can tell.
  const std::string rest(lines_.rest());
  if (trim(rest).empty()) return ok();
  if (!parse_json(rest)) return Error{ErrorKind::transient, "the stream ended in the middle of an event"};
  take(rest);
  return error_ ? Result<>(*error_) : ok();
}

bool WatchStream::take(std::string_view line) {
  Result<Json> frame = parse_json(line);
  if (!frame) return fail(frame.error().wrap("read watch event"));
  const std::string name = text_at(*frame, {"type"});
  if (name == "ERROR") return fail(error_of_status(at_path(*frame, {"object"})));
  const auto type = type_of(name);
  if (!type || !at_path(*frame, {"object"}).is_object()) {
    return fail({ErrorKind::invalid, "a watch event of unknown form, type \"" + printable(name, 40) + "\""});
  }
  WatchEvent event{*type, std::move((*frame)["object"])};
  ended_by_sink_ = !sink_(event);
  return !ended_by_sink_;
}

bool WatchStream::fail(Error error) {
  error_ = std::move(error);
  return false;
}

}  // namespace refloat
