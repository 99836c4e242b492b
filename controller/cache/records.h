// Compact records of watched objects: one run of bytes each, decoded into the model on demand.
#pragma once

#include <string_view>

#include "cache/pack.h"
#include "cache/words.h"
#include "model/object_ref.h"

namespace refloat {

// Encodes and decodes for one store; records of another one mean nothing here. T is a type of cache/members.h that is watched.
class Records {
 public:
  Records() : packer_(words_) {}

  // Valid until the next call. resourceVersion and unchanged_since are not part of a record.
  template <class T>
  std::string_view encode(const T& object);
  template <class T>
  void decode(std::string_view record, T& into) const;
  // Which object a record is about, without the rest; its kind stays empty.
  [[nodiscard]] ObjectRef whose(std::string_view record) const;

 private:
  Words words_;
  Packer packer_;
};

}  // namespace refloat
