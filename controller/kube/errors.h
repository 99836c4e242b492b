// What an answer of the API server other than 2xx means.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "kube/endpoint.h"

namespace refloat {

// An answer that says no.
struct Refusal {
  int status = 0;
  std::string body;  // a Status object, or any text
  int retry_after_s = 0;
  bool effect = false;  // the request would have changed something
};

// The Error of an HTTP answer; its message quotes the server, printable and cut.
Error error_of(const Refusal& refusal);

// The Error of a Status object, as it also arrives inside a watch stream.
Error error_of_status(const Json& status);

// The same error; where it quotes the token of `identity`, that is redacted.
Error without_secrets(Error error, const Identity& identity);

}  // namespace refloat
