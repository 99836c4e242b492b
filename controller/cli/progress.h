// Live progress on stderr, of a recovery and of a look that waits: on a terminal one waiting line is redrawn, elsewhere only changes are
// printed, then after 10 s, 1 min, every 5 min.
#pragma once

#include <optional>
#include <string>

#include "cli/console.h"
#include "reconcile/reconcile.h"
#include "report/style.h"

namespace refloat {

class ProgressPrinter {
 public:
  ProgressPrinter(Console& console, bool colour) : console_(console), paint_(colour) {}
  // What is written next begins on a line of its own.
  ~ProgressPrinter() { clear_waiting(); }
  ProgressPrinter(const ProgressPrinter&) = delete;
  ProgressPrinter& operator=(const ProgressPrinter&) = delete;

  // Prints what happened, or nothing when it is the same as before and too soon to repeat.
  void print(const Progress& progress);

 private:
  void print_line(const Progress& progress, const std::string& symbol, const std::string& text);
  void print_waiting(const Progress& progress);
  void redraw_waiting(const std::string& line);
  void clear_waiting();
  [[nodiscard]] bool due(Time now) const;
  [[nodiscard]] std::string took(Time now) const;

  Console& console_;
  Paint paint_;
  std::optional<Time> step_started_;
  std::string waiting_text_;  // what was last said about the current wait
  Time waiting_since_{};
  int repeats_ = 0;         // how often the same text was printed
  bool line_open_ = false;  // a waiting line stands on the terminal without a newline
};

}  // namespace refloat
