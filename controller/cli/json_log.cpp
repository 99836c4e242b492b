#include "cli/json_log.h"

#include <mutex>
#include <ostream>
#include <string>

#include "base/json.h"
#include "base/secret.h"
#include "base/time.h"

namespace refloat {

void JsonLog::operator()(const std::string& event, const Json& fields) {
  Json line{{"time", format_micro_time(clock_.now())}, {"instance", instance_}, {"event", event}};
  for (const auto& [name, value] : fields.items()) {
    if (!line.contains(name)) line[name] = value.is_string() ? Json(redact_patterns(value.get_ref<const std::string&>())) : value;
  }
  const std::string text = line.dump(-1, ' ', true, Json::error_handler_t::replace);
  const std::lock_guard lock(mutex_);
  out_ << text << "\n" << std::flush;
}

}  // namespace refloat
