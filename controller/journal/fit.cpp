#include <cstddef>
#include <string>

#include "base/result.h"
#include "base/text.h"
#include "journal/crd_journal.h"
#include "model/recovery.h"

namespace refloat {
namespace {

std::size_t size_of(const Recovery& recovery) {
  return to_json(recovery).dump(-1, ' ', false, Json::error_handler_t::replace).size();
}

void shorten_words(Effect& effect) {
  constexpr std::size_t kept = 80;
  for (std::string* text : {&effect.outcome, &effect.display, &effect.describe}) *text = printable(*text, kept);
}

void count_removed(Effect& effect) {
  if (effect.removed.is_array()) effect.removed = Json{{"rows", effect.removed.size()}, {"trimmed", true}};
}

// Oldest first, and only what has been answered: an open intent is what a resume decides on.
void trim_until(Recovery& recovery, std::size_t bytes_max, void (*trim)(Effect&)) {
  for (StepRun& step : recovery.steps) {
    for (Effect& effect : step.effects) {
      if (effect.state == EffectState::intended || effect.state == EffectState::ambiguous) continue;
      trim(effect);
    }
    if (size_of(recovery) <= bytes_max) return;
  }
}

}  // namespace

Result<Recovery> fit(Recovery recovery, std::size_t bytes_max) {
  for (const auto trim : {&shorten_words, &count_removed}) {
    if (size_of(recovery) <= bytes_max) return recovery;
    trim_until(recovery, bytes_max, trim);
  }
  if (size_of(recovery) <= bytes_max) return recovery;
  return Error{ErrorKind::invalid, "recovery " + recovery.name + " is too large to be stored, so nothing more is done",
               "abort it and start a new one"};
}

}  // namespace refloat
