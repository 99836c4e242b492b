// The query of a request, percent-encoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "kube/http.h"

namespace refloat {

class Query {
 public:
  explicit Query(std::string path) : target_(std::move(path)) {}

  // Adds a parameter; an empty value leaves it out.
  Query& add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    target_ += first_ ? '?' : '&';
    first_ = false;
    target_ += std::string(name) + "=" + percent_encode(value);
    return *this;
  }
  Query& add(std::string_view name, int value) { return value > 0 ? add(name, std::string_view(std::to_string(value))) : *this; }
  Query& flag(std::string_view name, bool on) { return add(name, on ? std::string_view("true") : std::string_view()); }

  [[nodiscard]] const std::string& target() const { return target_; }

 private:
  std::string target_;
  bool first_ = true;
};

}  // namespace refloat
