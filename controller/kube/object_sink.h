// What a stream of watched objects tells the cache; the port between watch/ and cache/.
#pragma once

#include <string_view>

namespace refloat {

// The objects of one resource type under one selector. All calls come from one thread; a text is valid only during its call.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;
  // A whole list begins: what is not named until it ends has gone. A list that is cut off begins again.
  virtual void list_begins() = 0;
  virtual void list_ends() = 0;
  // One object as the API server wrote it (JSON); new or changed.
  virtual void changed(std::string_view object) = 0;
  // One object that has gone, in its last state.
  virtual void deleted(std::string_view object) = 0;
};

}  // namespace refloat
