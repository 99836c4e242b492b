#include "reconcile/own_objects.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/json_outline.h"
#include "base/result.h"

namespace refloat {

namespace {

// The object itself and its members, metadata among them.
constexpr int outline_levels = 2;

std::string key_of(const Json& object) {
  return text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
}

}  // namespace

void OwnObjects::list_ends() {
  for (const std::string& key : std::exchange(known_, listed_)) {
    if (!listed_.contains(key)) heard_.gone(key);
  }
}

void OwnObjects::changed(std::string_view object) {
  const Result<Json> whole = parse_json(object);
  if (whole) {
    note(*whole);
    return heard_.changed(*whole);
  }
  const Result<Json> outline = json_outline(object, outline_levels);
  if (!outline) return;  // no JSON: the API server does not send such a thing
  note(*outline);
  heard_.unreadable(*outline, whole.error().message);
}

void OwnObjects::note(const Json& object) {
  known_.insert(key_of(object));
  listed_.insert(key_of(object));
}

void OwnObjects::deleted(std::string_view object) {
  const Result<Json> outline = json_outline(object, outline_levels);
  if (!outline) return;
  known_.erase(key_of(*outline));
  listed_.erase(key_of(*outline));
  heard_.gone(key_of(*outline));
}

}  // namespace refloat
