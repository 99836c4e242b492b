#include "cli/playbook_cases.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "cli/case_file.h"
#include "cli/case_snapshot.h"
#include "cli/case_verdict.h"
#include "model/playbook.h"

namespace refloat {
namespace {

// What the signature says about a case's situation; nothing, with errors, when the situation is malformed.
std::optional<CaseVerdict> verdict_of(const Playbook& playbook, const CaseFile& file, Diagnostics& diagnostics) {
  const auto json = situation_of(file, diagnostics);
  if (!json) return std::nullopt;
  const auto situation = read_situation(*json);
  if (situation) return judge_case(playbook, *situation, file.subject);
  diagnostics.error(file.mark, situation.error().message, situation.error().hint);
  return std::nullopt;
}

class CaseRunner {
 public:
  explicit CaseRunner(const Playbook& playbook) : playbook_(playbook) {}

  CaseReport run(const std::string& folder);

 private:
  void run_case(const std::string& path);
  void check_origin(const CaseFile& file, CaseOutcome& outcome);
  void check_coverage(const std::string& folder);

  const Playbook& playbook_;
  CaseReport report_;
};

std::vector<std::string> case_paths(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".yaml") paths.push_back(it->path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// A near miss says something only beside a case that fires.
void CaseRunner::check_origin(const CaseFile& file, CaseOutcome& outcome) {
  auto firing = read_case(file.from, report_.diagnostics);
  if (!firing) return;
  if (!file.subject.empty()) firing->subject = file.subject;
  const auto verdict = verdict_of(playbook_, *firing, report_.diagnostics);
  if (!verdict || verdict->got == "present") return;
  outcome.ok = false;
  outcome.why = "without its one change it should fire, but is " + verdict->got + (verdict->why.empty() ? "" : ": " + verdict->why);
}

void CaseRunner::run_case(const std::string& path) {
  const auto file = read_case(path, report_.diagnostics);
  if (!file) return;
  auto verdict = verdict_of(playbook_, *file, report_.diagnostics);
  if (!verdict) return;
  CaseOutcome outcome{playbook_.name, playbook_.signature.id,       path,         file->sentence,
                      file->near,     verdict->got == file->expect, file->expect, verdict->got,
                      verdict->why,   std::move(verdict->evidence)};
  if (file->near) check_origin(*file, outcome);
  report_.outcomes.push_back(std::move(outcome));
}

void CaseRunner::check_coverage(const std::string& folder) {
  const auto missing = [&](const std::string& what, bool found, const std::string& hint) {
    if (!found) report_.diagnostics.error({folder, 0, 0}, "playbook " + playbook_.name + " has no " + what, hint);
  };
  const auto any = [&](auto predicate) { return std::any_of(report_.outcomes.begin(), report_.outcomes.end(), predicate); };
  missing("case that fires", any([](const CaseOutcome& one) { return one.expected == "present"; }), "add one with expect: present");
  missing("case that stays silent", any([](const CaseOutcome& one) { return one.expected == "absent" && !one.near; }),
          "add one with expect: absent");
  missing("near miss", any([](const CaseOutcome& one) { return one.near; }), "add one with near: <the firing case> and one change");
}

CaseReport CaseRunner::run(const std::string& folder) {
  for (const std::string& path : case_paths(folder)) run_case(path);
  check_coverage(folder);
  return std::move(report_);
}

}  // namespace

bool CaseReport::ok() const {
  return !diagnostics.has_errors() && std::all_of(outcomes.begin(), outcomes.end(), [](const CaseOutcome& one) { return one.ok; });
}

CaseReport run_cases(const Playbook& playbook, const std::string& folder) {
  return CaseRunner(playbook).run((std::filesystem::path(folder) / "cases").string());
}

}  // namespace refloat
