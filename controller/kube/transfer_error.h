// What a failed exchange means: before the request was sent nothing happened; after it, a write may have.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace refloat {

struct TransferFailure {
  int code = 0;            // CURLcode
  std::string words;       // curl's own, about hosts and ports only
  bool sent = false;       // the request was, at least in part
  bool effect = false;     // it would have changed something
  bool too_large = false;  // the answer exceeded body_bytes_max
  std::size_t body_bytes_max = 0;
};

// The Error of a failed exchange.
Error transfer_error(const TransferFailure& failure);

}  // namespace refloat
