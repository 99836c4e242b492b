// Standard base64 as Kubernetes uses it in Secret data and kubeconfig *-data.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refloat {

// Nothing when the text is not base64.
std::optional<std::string> base64_decode(std::string_view text);
std::string base64_encode(std::string_view data);

}  // namespace refloat
