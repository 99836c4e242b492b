// A small vocabulary and short ways to read YAML in tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/playbook_reader.h"
#include "model/vocabulary.h"

namespace refloat::config_test {

inline Vocabulary small_vocabulary() {
  Vocabulary vocabulary;
  vocabulary.facts = {
      {"jobState",
       "A Job of a role is in a state.",
       {},
       {{"role", ParamSpec::Type::text, {"migrations", "bootstrap"}, true, "whose Job"},
        {"state", ParamSpec::Type::text_list, {"Failed", "Complete"}, false, "state"}},
       {}},
      {"olderThan", "The operation is older than this.", {Scope::application}, {{"age", ParamSpec::Type::duration, {}, true, "age"}}, {}},
      {"schema",
       "What the tables prove.",
       {Scope::stack, Scope::database},
       {{"database", ParamSpec::Type::text, {}, true, "which"},
        {"version", ParamSpec::Type::version, {}, false, "recorded"},
        {"fingerprint", ParamSpec::Type::version_bound, {}, false, "proven"},
        {"used", ParamSpec::Type::boolean, {}, false, "used"},
        {"namespaces", ParamSpec::Type::integer, {}, false, "count"}},
       {Reading::database}},
      {"quiet", "Nobody works.", {}, {}, {}}};
  vocabulary.actions = {{"argo.sync", "Syncs.", {Phase::migrate, Phase::bootstrap}, {}, std::nullopt, false},
                        {"sql.removeRow",
                         "Removes the row.",
                         {Phase::repair},
                         {{"database", ParamSpec::Type::text, {}, false, "which"}},
                         Permission::delete_rows,
                         true},
                        {"verify",
                         "Checks the end state.",
                         {Phase::verify},
                         {{"expect", ParamSpec::Type::text_list, {"schemaAtTarget", "workloadsReady"}, true, "what"}},
                         std::nullopt,
                         false}};
  return vocabulary;
}

// What came of reading: the value, if any, and what was said.
struct ReadPlaybook {
  std::optional<Playbook> playbook;
  Diagnostics diagnostics;
  [[nodiscard]] Diagnostic first() const { return diagnostics.all().empty() ? Diagnostic{} : diagnostics.all().front(); }
};

inline ReadPlaybook read(const std::string& yaml) {
  ReadPlaybook result;
  result.playbook = read_playbook(yaml, "p.yaml", small_vocabulary(), result.diagnostics);
  return result;
}

// A valid playbook, `confirm` and `steps` as given (each indented by the caller as flow YAML on one line).
inline std::string playbook_with(const std::string& confirm,
                                 const std::string& steps = "[{phase: verify, expect: [schemaAtTarget], within: 5m}]",
                                 const std::string& extra = "") {
  return "apiVersion: refloat.dev/v1alpha1\n"
         "kind: Playbook\n"
         "metadata: {name: example}\n"
         "spec:\n"
         "  summary: What happened.\n"
         "  explanation: Why it is safe.\n"
         "  signature:\n"
         "    id: example\n"
         "    meaning: Something is wrong.\n"
         "    severity: critical\n"
         "    recoverable: auto\n" +
         extra + "    suspect: {jobState: {role: migrations}}\n    confirm: " + confirm + "\n  steps: " + steps + "\n";
}

}  // namespace refloat::config_test
