// An object as the store keeps it: everybody who looks at it shares the one copy, and nobody changes it.
#pragma once

#include <memory>
#include <utility>

#include "base/json.h"

namespace refloat::sim {

class StoredObject {
 public:
  // No object: reads as null.
  StoredObject() = default;
  explicit StoredObject(Json object) : object_(std::make_shared<Json>(std::move(object))) {}

  [[nodiscard]] const Json& json() const;
  // Wherever a Json is read, this is one; it ends with the last holder, so what is kept is a StoredObject or a Json, not a reference.
  operator const Json&() const { return json(); }
  const Json& operator*() const { return json(); }
  const Json* operator->() const { return &json(); }
  const Json& operator[](const char* field) const { return json()[field]; }
  [[nodiscard]] bool is_null() const { return json().is_null(); }
  [[nodiscard]] bool contains(const char* field) const { return json().contains(field); }
  // Whether both are one copy: then nothing was written in between.
  [[nodiscard]] bool same(const StoredObject& other) const { return object_ == other.object_; }
  // The object itself when nobody else holds it, else a copy.
  [[nodiscard]] Json take() &&;

 private:
  std::shared_ptr<Json> object_;
};

}  // namespace refloat::sim
