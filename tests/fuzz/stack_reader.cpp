// Stacks of any bytes: no crash, and what is accepted names itself and something to look after.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/playbook_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  refloat::Diagnostics diagnostics;
  const auto stacks = refloat::read_stacks(std::string(data, data + size), "s.yaml", diagnostics);
  if (stacks.empty() && !diagnostics.has_errors()) std::abort();
  for (const refloat::Stack& stack : stacks) {
    if (stack.name.empty() || stack.ns.empty()) std::abort();
  }
  (void)diagnostics.render();
  return 0;
}
