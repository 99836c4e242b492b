// A playbook: how to recognise one failure (signature) and how to end it (steps). Data, read from YAML by config/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/time.h"
#include "model/finding.h"

namespace refloat {

// A tree of facts. Three-valued: a fact that cannot be judged is unknown, and unknown never confirms.
struct Condition {
  enum class Op { all, any, negate, fact };
  Op op = Op::all;
  std::vector<Condition> children;  // of all / any / negate (exactly one)
  std::string fact;                 // name in the fact vocabulary
  Json params = Json::object();     // as written; checked against the fact's parameters by the reader
  SourceMark mark;
};

// What a signature is evaluated for: once per ...
enum class Scope { stack, application, database };

enum class Phase { unblock, repair, migrate, restart, bootstrap, verify };
inline constexpr Phase all_phases[] = {Phase::unblock, Phase::repair, Phase::migrate, Phase::restart, Phase::bootstrap, Phase::verify};

const char* to_string(Scope scope);
const char* to_string(Phase phase);

struct Signature {
  std::string id;
  std::string meaning;  // one sentence for people; may hold {subject}
  Severity severity = Severity::critical;
  Recoverable recoverable = Recoverable::no;
  Scope scope = Scope::stack;
  std::vector<std::string> dialects;  // scope database: only these; empty = all
  bool needs_stack = true;            // false = also found on Applications outside any Stack
  std::string affected;               // versions, for people
  Condition suspect;                  // from watched objects only: decides when the dear reads are worth it
  Condition confirm;                  // everything that must hold
  std::vector<std::string> explains;  // signature ids that are effects of this one, within the same Stack
  std::vector<std::string> dooms;     // roles whose running retries cannot succeed while this holds
  std::string durable_fix;
};

struct StepSpec {
  Phase phase = Phase::verify;
  std::string action;                  // name in the action vocabulary
  std::string role;                    // Application role it acts on; empty = the finding's subject
  std::vector<std::string> for_roles;  // only when the subject Application has one of these roles ("none" = no role); empty = always
  Json params = Json::object();
  std::optional<Condition> when;   // skipped unless this holds when its turn comes
  std::optional<Duration> within;  // time limit of the step
  SourceMark mark;
};

struct Playbook {
  std::string name;
  std::string ns;  // of a user's Playbook object: Stacks and Applications of this namespace are judged by it; empty = all are
  std::string summary;
  std::string explanation;  // why the steps are safe, for `refloat explain`
  Signature signature;
  std::vector<StepSpec> steps;  // empty for report-only signatures
  std::string digest;           // SHA-256 of the text or object it was read from; binds saved plans to playbook contents
  SourceMark mark;
};

}  // namespace refloat
