#include "cli/progress.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <ostream>
#include <string>

#include "base/text.h"
#include "base/time.h"
#include "reconcile/reconcile.h"

namespace refloat {
namespace {

struct Symbols {
  const char* started;
  const char* effect;
  const char* waiting;
  const char* done;
  const char* skipped;
  const char* failed;
};

constexpr Symbols ascii_symbols{">", "*", ".", "ok", "-", "x"};
constexpr Symbols utf8_symbols{"►", "•", "◎", "✔", "-", "✗"};
constexpr Duration repeat_after[] = {std::chrono::seconds(10), std::chrono::minutes(1), std::chrono::minutes(5)};
constexpr std::size_t text_max = 2000;
constexpr std::size_t waiting_max = 150;
constexpr std::size_t clock_and_duration = 30;  // columns of a redrawn line that are not its text

std::string step_name(const Progress& progress) {
  return progress.step == nullptr ? "" : progress.step->id + "  ";
}

}  // namespace

void ProgressPrinter::print(const Progress& progress) {
  const Symbols& symbols = console_.utf8 ? utf8_symbols : ascii_symbols;
  if (progress.kind == Progress::Kind::denied) return;  // what follows says it
  if (progress.kind == Progress::Kind::waiting) return print_waiting(progress);
  waiting_text_.clear();
  const std::string text = printable(progress.text, text_max);
  switch (progress.kind) {
    case Progress::Kind::step_started: step_started_ = progress.at; return print_line(progress, symbols.started, text);
    case Progress::Kind::effect: return print_line(progress, symbols.effect, text);
    case Progress::Kind::step_done: return print_line(progress, paint_.good(symbols.done), text + took(progress.at));
    case Progress::Kind::step_skipped: return print_line(progress, symbols.skipped, text);
    case Progress::Kind::step_failed: return print_line(progress, paint_.bad(symbols.failed), text + took(progress.at));
    case Progress::Kind::verdict: return print_line(progress, "=", paint_.bold(text));
    case Progress::Kind::waiting:
    case Progress::Kind::denied: break;
  }
}

void ProgressPrinter::print_line(const Progress& progress, const std::string& symbol, const std::string& text) {
  clear_waiting();
  console_.err << format_clock(progress.at) << " " << symbol << " " << step_name(progress) << text << "\n" << std::flush;
}

void ProgressPrinter::print_waiting(const Progress& progress) {
  const std::size_t width = console_.columns > 2 * clock_and_duration ? console_.columns - clock_and_duration : waiting_max;
  const std::string text = printable(step_name(progress) + progress.text, width);
  const bool changed = text != waiting_text_;
  if (changed) {
    waiting_text_ = text;
    waiting_since_ = progress.at;
    repeats_ = 0;
  }
  const Symbols& symbols = console_.utf8 ? utf8_symbols : ascii_symbols;
  const std::string line = format_clock(progress.at) + " " + symbols.waiting + " " + text;
  const auto waited = std::chrono::duration_cast<std::chrono::seconds>(progress.at - waiting_since_);
  if (console_.err_tty) return redraw_waiting(line + paint_.dim("  " + format_duration(waited)));
  if (!changed && !due(progress.at)) return;
  if (!changed) ++repeats_;
  console_.err << line << (changed ? "" : "  (unchanged for " + format_duration(waited) + ")") << "\n" << std::flush;
}

void ProgressPrinter::redraw_waiting(const std::string& line) {
  console_.err << "\r\033[K" << line << std::flush;
  line_open_ = true;
}

void ProgressPrinter::clear_waiting() {
  if (line_open_) console_.err << "\r\033[K";
  line_open_ = false;
}

bool ProgressPrinter::due(Time now) const {
  constexpr int last = static_cast<int>(std::size(repeat_after)) - 1;
  Duration next = repeat_after[std::min(repeats_, last)];
  if (repeats_ > last) next = repeat_after[last] * (repeats_ - last + 1);
  return now - waiting_since_ >= next;
}

std::string ProgressPrinter::took(Time now) const {
  return step_started_ ? "  " + format_duration(now - *step_started_) : "";
}

}  // namespace refloat
