#include "cli/playbook_test.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/playbook_cases.h"
#include "cli/session.h"
#include "config/playbook_reader.h"
#include "model/api_version.h"
#include "model/vocabulary.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {
namespace {

// Everything that was run, of all playbooks.
struct Tested {
  std::vector<CaseOutcome> outcomes;
  Diagnostics diagnostics;
  std::size_t playbooks = 0;
};

void append(Diagnostics& all, const Diagnostics& more) {
  for (const Diagnostic& item : more.all()) {
    if (item.level == Level::error) all.error(item.where, item.message, item.hint);
    if (item.level == Level::warning) all.warning(item.where, item.message, item.hint);
  }
}

void test_playbook(Session& session, const std::string& file, const Vocabulary& vocabulary, Tested& tested) {
  const auto text = read_file(file, session.console.in);
  if (!text) return tested.diagnostics.error({file}, text.error().message, text.error().hint);
  const auto playbook = read_playbook(*text, file, vocabulary, tested.diagnostics);
  if (!playbook) return;
  const CaseReport report = run_cases(*playbook, std::filesystem::path(file).parent_path().string());
  ++tested.playbooks;
  tested.outcomes.insert(tested.outcomes.end(), report.outcomes.begin(), report.outcomes.end());
  append(tested.diagnostics, report.diagnostics);
}

Tested test_paths(Session& session, const std::vector<std::string>& paths) {
  Tested tested;
  const Vocabulary vocabulary = session.engine.vocabulary();
  for (const std::string& path : paths) {
    const auto files = playbook_files(path);
    if (!files) {
      tested.diagnostics.error({path}, files.error().message, files.error().hint);
      continue;
    }
    for (const std::string& file : *files) test_playbook(session, file, vocabulary, tested);
  }
  return tested;
}

std::size_t failures(const Tested& tested) {
  return static_cast<std::size_t>(
      std::count_if(tested.outcomes.begin(), tested.outcomes.end(), [](const CaseOutcome& outcome) { return !outcome.ok; }));
}

std::string case_name(const CaseOutcome& outcome) {
  return outcome.playbook + "/" + std::filesystem::path(outcome.file).stem().string();
}

std::string failure_text(const CaseOutcome& outcome) {
  return "expected " + outcome.expected + ", got " + outcome.got + (outcome.why.empty() ? "" : ": " + printable(outcome.why, 2000));
}

std::string text_of(const Tested& tested, bool every_case, const Paint& paint) {
  std::string text;
  for (const CaseOutcome& outcome : tested.outcomes) {
    if (outcome.ok && !every_case) continue;
    text += (outcome.ok ? paint.good("ok    ") : paint.bad("FAIL  ")) + case_name(outcome) + "  " + printable(outcome.sentence) + "\n";
    if (!outcome.ok) text += "      " + outcome.file + "\n      " + failure_text(outcome) + "\n";
  }
  text += tested.diagnostics.render();
  text += count_of(tested.outcomes.size(), "case") + " of " + count_of(tested.playbooks, "playbook") + ", " +
          std::to_string(failures(tested)) + " failed\n";
  return text;
}

Json json_of(const Tested& tested) {
  Json cases = Json::array();
  for (const CaseOutcome& outcome : tested.outcomes) {
    cases.push_back({{"playbook", outcome.playbook},
                     {"signature", outcome.signature},
                     {"file", outcome.file},
                     {"sentence", outcome.sentence},
                     {"nearMiss", outcome.near},
                     {"ok", outcome.ok},
                     {"expected", outcome.expected},
                     {"got", outcome.got},
                     {"why", outcome.why}});
  }
  Json problems = Json::array();
  for (const Diagnostic& item : tested.diagnostics.all()) {
    problems.push_back({{"file", item.where.file}, {"line", item.where.line}, {"message", item.message}, {"hint", item.hint}});
  }
  return {{"apiVersion", our_api_version}, {"kind", "CaseReport"}, {"cases", cases}, {"problems", problems}};
}

std::string xml(const std::string& text) {
  std::string result;
  for (const char c : printable(text, 2000)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string junit_of(const Tested& tested) {
  const std::size_t problems = tested.diagnostics.all().size();
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"playbooks\" tests=\"" +
                     std::to_string(tested.outcomes.size() + problems) + "\" failures=\"" + std::to_string(failures(tested) + problems) +
                     "\">\n";
  for (const CaseOutcome& outcome : tested.outcomes) {
    text += "  <testcase classname=\"" + xml(outcome.playbook) + "\" name=\"" + xml(case_name(outcome)) + "\" file=\"" + xml(outcome.file) +
            "\">";
    if (!outcome.ok) text += "<failure message=\"" + xml(failure_text(outcome)) + "\"/>";
    text += "</testcase>\n";
  }
  for (const Diagnostic& item : tested.diagnostics.all()) {
    text += "  <testcase classname=\"cases\" name=\"" + xml(item.where.file) + "\"><failure message=\"" + xml(item.message) +
            "\"/></testcase>\n";
  }
  return text + "</testsuite>\n";
}

}  // namespace

int test_command(Session& session, const std::vector<std::string>& paths, const std::string& junit_file) {
  const auto format = parse_format(session.options.output);
  if (!format) return fail(session.console, format.error());
  const Tested tested = test_paths(session, paths);
  if (!junit_file.empty()) {
    if (auto written = write_file(junit_file, junit_of(tested)); !written) return fail(session.console, written.error());
  }
  const bool every_case = *format == Format::text && session.options.verbosity > 0;
  session.console.out << (*format == Format::json ? json_of(tested).dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
                                                  : text_of(tested, every_case, Paint(style_of(session, {}).colour)));
  const bool good = failures(tested) == 0 && !tested.diagnostics.has_errors() && tested.playbooks > 0;
  return good ? 0 : 1;
}

}  // namespace refloat
