// What every request to an API server tells curl: address, trust, identity, proxy, headers. Private to kube/, the only folder that knows
// curl.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "kube/endpoint.h"
#include "kube/http.h"

namespace refloat {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct HeadersDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using Headers = std::unique_ptr<curl_slist, HeadersDeleter>;

// Sets one option; all options used here exist in every curl that we build with.
template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  (void)curl_easy_setopt(handle, option, value);
}

// What curl refers to while a request is under way.
struct Prepared {
  Headers headers;
  Headers connect_to;  // the address behind a certificate of another name
};

// Initialises curl once for the process.
void start_curl();

// Sets everything but the limits in time and the callbacks of the exchange; keep the result as long as the exchange.
Result<Prepared> prepare(CURL* handle, const Endpoint& endpoint, const std::string& user_agent, const HttpRequest& request,
                         const Identity& identity);

// The status of the answer so far; 0 = none yet.
int status_of(CURL* handle);

// The seconds the server asked us to wait; 0 = it did not say.
int retry_after_of(CURL* handle);

}  // namespace refloat
