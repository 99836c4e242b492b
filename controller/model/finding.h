// A confirmed signature on one subject: what a diagnosis consists of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/evidence.h"
#include "model/object_ref.h"
#include "model/snapshot.h"

namespace refloat {

enum class Severity { critical, warning, info };
enum class Recoverable { automatic, approval, no };

const char* to_string(Severity severity);        // "critical", "warning", "info"
const char* to_string(Recoverable recoverable);  // "auto", "approval", "no"

struct Finding {
  std::string id;  // stable within a report: "<signature>/<subject>"
  std::string signature;
  Severity severity = Severity::critical;
  ObjectRef subject;
  std::optional<Time> since;  // earliest time the evidence proves, if any
  std::string summary;
  std::vector<Evidence> evidence;
  std::string playbook;  // name of the playbook that would be run; empty = none
  Recoverable recoverable = Recoverable::no;
  std::string durable_fix;
  std::string caused_by;        // id of the finding that explains this one; empty = a root cause
  bool users_playbook = false;  // its playbook is a user's object of the cluster, not one of the catalogue
};

// A signature that may become a finding: not yet old enough.
struct Pending {
  std::string signature;
  ObjectRef subject;
  std::string why;
  Time look_again_at{};
};

// The findings about one Stack, or about the Applications outside any Stack.
struct StackDiagnosis {
  std::string name;
  std::string ns;
  std::vector<Finding> findings;    // root causes first, by severity
  std::vector<Finding> suppressed;  // effects, each with caused_by
  std::vector<Pending> pending;
  std::vector<Unexamined> unexamined;
  int applications_examined = 0;  // how much "nothing found" speaks of
  int databases_examined = 0;
};

// Whether a look could not tell yet: what was found before and is pending by now has not gone.
bool is_pending(const StackDiagnosis& look, const std::string& signature, const ObjectRef& subject);

struct Diagnosis {
  Time generated_at{};
  std::string cluster;
  std::vector<StackDiagnosis> stacks;
  StackDiagnosis applications;  // Applications outside any Stack; name is empty
};

}  // namespace refloat
