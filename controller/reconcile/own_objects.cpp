#include "reconcile/own_objects.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/result.h"

namespace refloat {

namespace {

std::string key_of(const Json& object) {
  return text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
}

}  // namespace

void OwnObjects::list_ends() {
  for (const std::string& key : std::exchange(known_, listed_)) {
    if (!listed_.contains(key)) gone_(key);
  }
}

void OwnObjects::changed(std::string_view object) {
  const Result<Json> parsed = parse_json(object);
  if (!parsed) return;  // not an object: the API server does not send such a thing
  known_.insert(key_of(*parsed));
  listed_.insert(key_of(*parsed));
  changed_(*parsed);
}

void OwnObjects::deleted(std::string_view object) {
  const Result<Json> parsed = parse_json(object);
  if (!parsed) return;
  known_.erase(key_of(*parsed));
  listed_.erase(key_of(*parsed));
  gone_(key_of(*parsed));
}

}  // namespace refloat
