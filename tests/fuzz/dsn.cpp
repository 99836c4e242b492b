// Connection strings of any bytes: no crash, and an error never quotes the text.
#include "postgres/dsn.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/secret.h"
#include "postgres/conninfo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Whatever comes before it, this may be a part of a password.
  const std::string marker = "q7Zr!w-4Kx";
  const auto target = refloat::parse_dsn(refloat::Secret(std::string(data, data + size) + marker));
  if (!target) {
    if ((target.error().message + target.error().hint).find(marker) != std::string::npos) std::abort();
    return 0;
  }
  if (target->port < 1 || target->port > 65535) std::abort();
  if (target->dial_host.empty()) (void)refloat::conninfo(*target);  // a name to dial would be asked of the resolver
  return 0;
}
