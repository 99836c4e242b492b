// A controller's turn at one Stack: read everything anew, do at most one thing about it, say when to look again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "journal/event_recorder.h"
#include "journal/journal.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "reconcile/fleet.h"
#include "reconcile/known_findings.h"
#include "reconcile/pass.h"
#include "reconcile/reconcile.h"
#include "reconcile/unsettled.h"

namespace refloat {

struct TurnRules {
  Duration resync{300000};         // the databases of a Stack on which nothing is found are read this often
  Duration recheck{30000};         // a Stack that is aground and waits, for a person or for time, is looked at this often
  Duration lease_duration{20000};  // a recovery whose replica gives no sign of life for so long goes to another
  Duration silence_max{30000};     // a database that has not answered for less may be restarting or failing over: nothing is concluded
};

// What a process keeps of one Stack between turns; losing it costs only time.
struct StackMemory {
  PassMemory pass;
  std::unique_ptr<Journal> journal;          // while a recovery of this Stack is ours: it holds the Stack's Lease
  std::optional<Recovery> running;           // as it was saved last
  std::optional<Plan> planned;               // the plan that this process made last and let begin
  std::vector<std::string> told_stops;       // why it is left alone, as Events said it
  std::optional<Time> looked_at;             // when all of it was looked at last
  std::map<std::string, Time> silent_since;  // databases that have not answered since
  Unsettled unsettled;                       // what looks left pending
  bool recovery_open = false;                // the last turn saw one that waits or runs
  int failures = 0;                          // failed reads in a row
  // What that look said and what was told; an early look shares it.
  std::shared_ptr<KnownFindings> known = std::make_shared<KnownFindings>();
};

struct Turn {
  Time again_at{};
  bool gone = false;  // the Stack object is no more
};

// What happened in a turn, for metrics and logs.
struct TurnReport {
  enum class Kind { looked, recovery_planned, recovery_started, step, recovery_finished, waiting, denied, invalid, failed };
  Kind kind = Kind::looked;
  std::string stack;                           // "namespace/name"
  const StackDiagnosis* diagnosis = nullptr;   // of looked
  const Recovery* recovery = nullptr;          // the one that is open, if any
  std::string text;                            // for people; of denied: the guardrail
  const std::vector<Finding>* news = nullptr;  // of looked: the findings that nobody was told of before
};
using TurnSink = std::function<void(const TurnReport&)>;

// What all turns of one process share.
struct TurnContext {
  Ports ports;
  const Inputs& inputs;  // playbooks and addresses; its Stacks are not used
  EventRecorder& events;
  Fleet& fleet;
  TurnRules rules = {};
  std::string identity = {};  // of this replica, in Leases and Recoveries; as own_identity() writes it
  TurnSink report = {};
};

// Reads everything anew. Never throws, never sleeps.
Turn take_turn(TurnContext& context, const std::string& ns, const std::string& name, StackMemory& memory);

}  // namespace refloat
