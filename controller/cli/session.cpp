#include "cli/session.h"

#include <string>

#include "base/text.h"
#include "base/time.h"
#include "report/style.h"

namespace refloat {

TextStyle style_of(const Session& session, Time now) {
  const bool wanted =
      session.options.color == "always" || (session.options.color == "auto" && session.console.out_tty && !session.console.no_color);
  return {now, wanted, session.program};
}

void tell(Session& session, const std::string& line) {
  if (session.options.verbosity > 0) session.console.err << printable(line, 2000) << "\n";
}

}  // namespace refloat
