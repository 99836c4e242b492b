// Which streams feed the store, and what they cannot say.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "cache/watched.h"
#include "model/snapshot.h"

namespace refloat {

class Streams {
 public:
  struct Stream {
    std::uint16_t number = 0;
    std::uint32_t list = 0;  // the number of its latest list
    bool listing = false;    // it has begun and not ended
    bool listed = false;     // one was complete
  };

  // The stream of these arguments; made when it is new.
  Stream& at(Watched what, const std::string& ns);
  void forget(Watched what, const std::string& ns);
  // What keeps us from knowing this kind in this namespace; nothing when a stream has listed it.
  [[nodiscard]] std::optional<Unexamined> gap(Watched what, const std::string& ns) const;

 private:
  using Key = std::pair<Watched, std::string>;
  [[nodiscard]] const Stream* covering(Watched what, const std::string& ns) const;

  std::map<Key, Stream> streams_;
  std::uint16_t last_number_ = 0;
};

}  // namespace refloat
