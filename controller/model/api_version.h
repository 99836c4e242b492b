// The API group and version of our kinds: Stack, Playbook, Recovery, and of the reports.
#pragma once

namespace refloat {

inline constexpr const char* our_api_version = "refloat.dev/v1alpha1";

}  // namespace refloat
