// One level-triggered pass of a recovery: look, decide, at most one effect, say when to look again.
#pragma once

#include <optional>

#include "journal/journal.h"
#include "reconcile/reconcile.h"

namespace refloat {

// What a process keeps between passes; losing it costs only time.
struct PassMemory {
  Seen seen;
  int failures = 0;   // failed reads in a row
  int conflicts = 0;  // writes in a row that were known not to happen, because something had changed or was at work
  int refusals =
      0;  // of failed reads, answers that call for a person: an API server that has just started refuses what it allows a moment later
};

struct PassResult {
  bool finished = false;                 // the recovery has a verdict
  Time again_at{};                       // else: when to look again
  std::optional<Error> taken_over = {};  // another run holds the journal now: this one must stop and touch nothing more
};

// Effects whose answer nobody wrote down, because their process died: they may or may not have happened, so they are looked at, never
// repeated blindly. For who takes over a recovery of another process.
void mark_unanswered(Recovery& recovery);

// Never throws, never sleeps. Everything that must survive is in `recovery` and saved to the journal before and after an effect.
// `approved`: a person asked for this run; else only mode Auto lets effects through.
PassResult pass(Ports& ports, const Inputs& inputs, const Stack& stack, Recovery& recovery, Journal& journal, PassMemory& memory,
                const ProgressSink& progress, bool approved);

}  // namespace refloat
