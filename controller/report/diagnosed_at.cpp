#include "report/diagnosed_at.h"

#include "base/json.h"
#include "base/time.h"

namespace refloat {

void set_diagnosed_at(Json& status, const Json& previous, Time now) {
  Json rest = previous;
  if (rest.is_object()) rest.erase("diagnosedAt");
  status["diagnosedAt"] = rest == status ? text_at(previous, {"diagnosedAt"}) : format_time(now);
}

}  // namespace refloat
