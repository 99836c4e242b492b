// A fact: one yes/no question about a snapshot, with its parameters and its evidence. Pure: no I/O, no clock, no log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/evidence.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

enum class Truth {
  no,
  yes,
  unknown,  // could not be examined; `why` says it
  soon,     // will be yes at `at` unless something changes: too young to act on
};

struct Judgement {
  Truth truth = Truth::no;
  std::vector<Evidence> evidence = {};  // filled for yes; for no where it helps to explain
  std::string why = {};                 // for unknown and soon
  std::optional<Time> at = {};          // for soon: when to look again
  std::optional<Time> since = {};       // earliest time this is known to hold
};

// What a signature is being evaluated for; exactly one of the two for scopes application and database, none for stack.
struct Subject {
  const Application* application = nullptr;
  const StackDatabase* database = nullptr;
};

struct FactContext {
  const Stack* stack;  // null for Applications outside any Stack
  const Snapshot& snapshot;
  Subject subject;
  Time now;
};

struct Fact {
  FactSpec spec;
  Judgement (*judge)(const Json& params, const FactContext& context);
};

// Every fact, in the order of detect/facts/all.cpp.
const std::vector<Fact>& all_facts();

}  // namespace refloat
