#include "unit/support/source_dir.h"

namespace refloat {

std::filesystem::path source_dir() {
  return REFLOAT_SOURCE_DIR;
}

}  // namespace refloat
