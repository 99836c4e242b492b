#include "config/embedded.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

namespace refloat {

std::vector<EmbeddedFile> embedded_files(std::string_view prefix, std::string_view suffix) {
  std::vector<EmbeddedFile> chosen;
  std::copy_if(embedded_files().begin(), embedded_files().end(), std::back_inserter(chosen),
               [&](const EmbeddedFile& file) { return file.path.starts_with(prefix) && file.path.ends_with(suffix); });
  return chosen;
}

}  // namespace refloat
