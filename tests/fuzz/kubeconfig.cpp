// A kubeconfig of any bytes: no crash, and an error never quotes a value ("hunter2" stands for one); only the name of a doubled entry.
#include "kube/kubeconfig.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const refloat::Result<refloat::Kubeconfig> config = refloat::parse_kubeconfig(text, "/config");
  const auto quotes = [&](const char* words) { return config.error().message.find(words) != std::string::npos; };
  if (!config && quotes("hunter2") && !quotes("named twice")) std::abort();
  if (config) {
    refloat::Kubeconfig merged = *config;
    refloat::merge_kubeconfig(merged, *config);
    if (merged.clusters.size() != config->clusters.size() || merged.current_context != config->current_context) std::abort();
  }
  return 0;
}
