// A Recovery object of any bytes: no crash, and what is understood is written and read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/json.h"
#include "journal/recoveries.h"
#include "model/recovery.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto object = refloat::parse_json(std::string(data, data + size));
  if (!object) return 0;
  const auto recovery = refloat::recovery_from_object(*object);
  if (!recovery) return 0;
  const refloat::Json once = refloat::to_json(*recovery);
  const auto again = refloat::recovery_from_json(once);
  if (!again || refloat::to_json(*again) != once) std::abort();
  (void)refloat::may_run(*recovery);
  (void)refloat::phase_of(*recovery);
  return 0;
}
