// A value that must never be printed: no stream operator, no JSON conversion, memory wiped on destruction.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refloat {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret() { wipe(); }

  // The value itself; only adapters that hand it to a socket may call this.
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  // Equality in time that does not depend on the content.
  [[nodiscard]] bool equals(const Secret& other) const;

 private:
  void wipe() noexcept;
  std::string value_;
};

// Replaces every occurrence of each secret (and its percent-encoded form) in `text` by "[redacted]".
std::string redact(std::string text, const std::vector<Secret>& secrets);

// Removes passwords that follow well-known patterns (URI user info, password=..., Bearer ...), for text whose secrets are unknown.
std::string redact_patterns(std::string_view text);

}  // namespace refloat
