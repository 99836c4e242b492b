// A playbook of any bytes: no crash, and one that is refused always says why.
#include "config/playbook_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "unit/config/read_helper.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const refloat::Vocabulary vocabulary = refloat::config_test::small_vocabulary();
  refloat::Diagnostics diagnostics;
  const auto playbook = refloat::read_playbook(std::string(data, data + size), "p.yaml", vocabulary, diagnostics);
  if (playbook.has_value() == diagnostics.has_errors()) std::abort();
  if (playbook) refloat::lint_playbooks({*playbook}, vocabulary, diagnostics);
  (void)diagnostics.render();
  return 0;
}
