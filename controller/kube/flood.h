// Whether pieces come so fast that it pays to let some gather: each wake-up costs more than the piece that it is for.
#pragma once

#include "base/time.h"

namespace refloat {

class Flood {
 public:
  static constexpr Duration quick{10};  // what comes sooner after the last one belongs to a flood
  static constexpr int quick_min = 16;  // so many in a row are one; a lone event is never kept waiting
  static constexpr Duration rest{15};   // as network cards do under load

  // How long to rest before the next wait, after one that took `waited`.
  Duration rest_after(Duration waited) {
    quick_ = waited < quick ? quick_ + 1 : 0;
    return quick_ >= quick_min ? rest : Duration(0);
  }

 private:
  int quick_ = 0;  // waits in a row
};

}  // namespace refloat
