// One streamed request as curl sees it: its handle, its callbacks, how it ended. Private to kube/stream_loop.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "kube/curl_setup.h"
#include "kube/endpoint.h"
#include "kube/stream_transport.h"

namespace refloat {

// The machine's monotonic clock.
Moment steady_now();

// curl's callbacks hold a pointer to it: it stays where it is.
struct StreamExchange {
  StreamId id = 0;
  std::shared_ptr<const Origin> origin;
  StreamRequest request;
  StreamHandler* handler = nullptr;
  Identity identity = {};
  Prepared prepared = {};
  std::array<char, CURL_ERROR_SIZE> words = {};
  Easy easy = {};               // the last of what curl refers to, so the first to go
  Moment heard = steady_now();  // or asked, which was later
  Moment received = {};         // the last byte; never so far
  int local_port = 0;           // of its connection; 0 = not sent yet
  bool accepted = false;        // the answer is a 200
  bool wanted = true;           // the handler takes more
  bool silent = false;          // we closed its connection because nothing came
  std::string refusal = {};     // body of an answer other than 200

  // Makes the handle ready for curl's multi interface, with the identity of this moment.
  Result<> begin();
  // What the handler is told when curl is done with `code`.
  StreamEnd end(CURLcode code);
  [[nodiscard]] Moment silent_at() const { return heard + request.silence_max; }
};

}  // namespace refloat
