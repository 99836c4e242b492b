#include "kube/transfer_error.h"

#include <curl/curl.h>

#include <string>

#include "base/result.h"
#include "base/text.h"

namespace refloat {
namespace {

Error never_sent(const TransferFailure& failure) {
  const std::string words = printable(failure.words);
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return {ErrorKind::transient, words, "check the server address of this context, and DNS"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return {ErrorKind::invalid, "the server's certificate is not trusted: " + words,
              "check certificate-authority and tls-server-name of this cluster"};
    case CURLE_SSL_CERTPROBLEM:
      return {ErrorKind::invalid, "the client certificate or its key cannot be used: " + words,
              "check client-certificate and client-key of this user"};
    case CURLE_SSL_CONNECT_ERROR: return {ErrorKind::transient, "no TLS connection: " + words, "does the server speak https on this port?"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return {ErrorKind::invalid, words, "the server address is written https://host:port"};
    case CURLE_OPERATION_TIMEDOUT: return {ErrorKind::transient, "no connection: " + words, "is the API server reachable from here?"};
    default: return {ErrorKind::transient, words, "is the API server running and reachable from here?"};
  }
}

Error sent_in_vain(const TransferFailure& failure) {
  const std::string words = printable(failure.words);
  if (failure.effect) return {ErrorKind::ambiguous, "the request was sent, its answer is lost: " + words};
  if (failure.too_large) {
    return {ErrorKind::invalid, "the answer is larger than " + std::to_string(failure.body_bytes_max) + " bytes"};
  }
  if (failure.code == CURLE_OPERATION_TIMEDOUT) return {ErrorKind::timed_out, "no answer in time: " + words, "raise --request-timeout"};
  if (failure.code == CURLE_UNSUPPORTED_PROTOCOL || failure.code == CURLE_WEIRD_SERVER_REPLY) {
    return {ErrorKind::invalid, "the answer is no HTTP: " + words, "is this the API server's port?"};
  }
  return {ErrorKind::transient, "the answer is lost: " + words};
}

}  // namespace

Error transfer_error(const TransferFailure& failure) {
  return failure.sent ? sent_in_vain(failure) : never_sent(failure);
}

}  // namespace refloat
