// Result<T>: a value or an Error with a kind. Nothing in our headers throws; exceptions of libraries end inside adapters.
//
//   Result<Json> app = api.get(ref);
//   if (!app) return app.error().wrap("read application " + name);
//   use(*app);
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace refloat {

// What a caller can do about an error; reconcile/outcome.cpp is the only place that maps it to a requeue.
enum class ErrorKind {
  transient,        // 429, 5xx, connection failed before the request was sent: try again later
  stale,            // 409: our copy is old, read again and decide again
  denied,           // 403: a right is missing
  unauthenticated,  // 401: the API refuses who we are
  not_found,        // 404
  invalid,          // 400, 422, or an answer that makes no sense
  gone,             // 410: the watch position or continue token is too old
  timed_out,        // a read got no answer in time
  ambiguous,        // a write was sent and its answer lost: observe before repeating
};

// Name of a kind in lower case, as reports print it.
const char* to_string(ErrorKind kind);

// One failure: its kind, a message in lower case without secrets, and what the user can do (may be empty).
struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string message;
  std::string hint = {};
  int retry_after_s = 0;  // seconds the server asked us to wait; 0 = it did not say

  // The same error, its message prefixed by what was being done: "doing: cause".
  [[nodiscard]] Error wrap(const std::string& doing) const { return {kind, doing + ": " + message, hint, retry_after_s}; }
};

// A value of T or an Error; reading the wrong side is a programmer error.
template <class T = std::monostate>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] T& value() {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const Error& error() const {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

// Success of something that returns nothing.
inline Result<> ok() {
  return Result<>(std::monostate{});
}

}  // namespace refloat
