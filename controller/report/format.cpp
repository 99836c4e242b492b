#include "report/format.h"

#include <string>

#include "base/result.h"
#include "base/text.h"

namespace refloat {

Result<Format> parse_format(const std::string& name) {
  if (name == "text") return Format::text;
  if (name == "short") return Format::brief;
  if (name == "json") return Format::json;
  return Error{ErrorKind::invalid, "output format \"" + printable(name, 40) + "\" does not exist", "-o takes text, short or json"};
}

}  // namespace refloat
