#include "sim/object_store.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {
constexpr std::size_t history_max = 20000;
}

StoredObject ObjectStore::find(const Key& key) const {
  const auto it = objects_.find(key);
  return it == objects_.end() ? StoredObject() : it->second;
}

std::vector<StoredObject> ObjectStore::list(const std::string& group, const std::string& plural, const std::string& ns) const {
  std::vector<StoredObject> found;
  for (auto it = objects_.lower_bound(Key{group, plural, ns, ""}); it != objects_.end(); ++it) {
    if (it->first.group != group || it->first.plural != plural || (!ns.empty() && it->first.ns != ns)) {
      break;
    }
    found.push_back(it->second);
  }
  return found;
}

StoredObject ObjectStore::put(const Key& key, Json object) {
  object["metadata"]["resourceVersion"] = std::to_string(++revision_);
  StoredObject stored(std::move(object));
  StoredObject& slot = objects_[key];
  const auto type = slot.is_null() ? Change::Type::added : Change::Type::modified;
  remember({revision_, type, key, stored, std::exchange(slot, stored)});
  return stored;
}

void ObjectStore::erase(const Key& key) {
  const auto it = objects_.find(key);
  if (it == objects_.end()) {
    return;
  }
  StoredObject before = std::move(it->second);
  objects_.erase(it);
  Json last = before;
  last["metadata"]["resourceVersion"] = std::to_string(++revision_);
  remember({revision_, Change::Type::deleted, key, StoredObject(std::move(last)), std::move(before)});
}

std::string ObjectStore::new_uid() {
  char text[40];
  std::snprintf(text, sizeof text, "51a7e5c0-0000-4000-8000-%012llx", static_cast<unsigned long long>(++uids_));
  return text;
}

std::int64_t ObjectStore::changed(const std::string& group, const std::string& plural) const {
  const auto found = changed_.find({group, plural});
  return found == changed_.end() ? 0 : found->second;
}

void ObjectStore::compact() {
  history_.clear();
  oldest_ = revision_;
}

void ObjectStore::remember(Change change) {
  changed_[{change.key.group, change.key.plural}] = change.revision;
  history_.push_back(std::move(change));
  if (history_.size() > history_max) {
    oldest_ = history_.front().revision;
    history_.pop_front();
  }
}

}  // namespace refloat::sim
