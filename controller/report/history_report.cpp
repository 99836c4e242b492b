#include "report/history_report.h"

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/recovery.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {
namespace {

std::string took(const Recovery& recovery) {
  return recovery.finished_at ? format_duration(*recovery.finished_at - recovery.started_at) : "";
}

std::string decided_by(const Recovery& recovery) {
  if (!recovery.approval) return "";
  return std::string(to_string(recovery.approval->decision)) + " by " + printable(recovery.approval->by, 80);
}

std::string recoveries_text(const History& history, const TextStyle& style) {
  std::vector<std::vector<std::string>> rows{{"NAME", "PHASE", "CAUSE", "STEPS", "AGE", "TOOK", "DECIDED", "MESSAGE"}};
  for (auto each = history.recoveries.rbegin(); each != history.recoveries.rend(); ++each) {
    rows.push_back({each->name, phase_of(*each), causes_of(each->plan.findings), progress_of(*each), age(each->started_at, style.now),
                    took(*each), decided_by(*each), printable(each->message, 160)});
  }
  return table(rows);
}

std::string shadow_text(const Json& status) {
  std::vector<std::vector<std::string>> rows{{"WOULD", "CAUSE", "STEPS", "WRITES", "FIRST SEEN", "ENDED", "WHY NOT"}};
  for (const Json& entry : at_path(status, {"shadow"})) {
    rows.push_back({printable(text_at(entry, {"would"})), printable(text_at(entry, {"cause"})),
                    std::to_string(at_path(entry, {"steps"}).size()), std::to_string(int_at(entry, {"writes"})),
                    printable(text_at(entry, {"firstSeen"})), printable(text_at(entry, {"endedAt"})),
                    printable(text_at(entry, {"why"}), 160)});
  }
  return rows.size() == 1 ? "" : "\nobserved: what would have been done in mode Auto\n" + table(rows);
}

std::string short_text(const History& history) {
  std::string text;
  for (auto each = history.recoveries.rbegin(); each != history.recoveries.rend(); ++each)
    text += each->name + "  " + phase_of(*each) + "  " + causes_of(each->plan.findings) + "  " + format_time(each->started_at) + "\n";
  for (const Json& entry : at_path(history.status, {"shadow"})) {
    text += "-  Would" + printable(text_at(entry, {"would"})) + "  " + printable(text_at(entry, {"cause"})) + "  " +
            printable(text_at(entry, {"firstSeen"})) + "\n";
  }
  return text;
}

Json list_of(const History& history) {
  Json items = Json::array();
  for (const Recovery& recovery : history.recoveries) items.push_back(to_json(recovery));
  const Json& shadow = at_path(history.status, {"shadow"});
  return {{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}, {"shadow", shadow.is_array() ? shadow : Json::array()}};
}

}  // namespace

std::string render(const History& history, Format format, const TextStyle& style) {
  if (format == Format::json) return list_of(history).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  const std::string end = count_of(history.recoveries.size(), "recovery", "recoveries") + "\n";
  if (format == Format::brief) return short_text(history) + end;
  std::string text = Paint(style.colour).bold(printable(history.stack)) + " (" + printable(history.ns) + ")\n";
  if (!history.recoveries.empty()) text += recoveries_text(history, style);
  return text + shadow_text(history.status) + end;
}

}  // namespace refloat
