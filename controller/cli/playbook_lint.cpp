#include "cli/playbook_lint.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/session.h"
#include "config/playbook_reader.h"
#include "model/api_version.h"
#include "model/playbook.h"
#include "model/vocabulary.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {
namespace {

void read_path(Session& session, const std::string& path, const Vocabulary& vocabulary, LintResult& result) {
  const auto files = playbook_files(path);
  if (!files) return result.diagnostics.error({path}, files.error().message, files.error().hint);
  for (const std::string& file : *files) {
    ++result.files;
    const auto text = read_file(file, session.console.in);
    if (!text) {
      result.diagnostics.error({file}, text.error().message, text.error().hint);
      continue;
    }
    if (auto playbook = read_playbook(*text, file, vocabulary, result.diagnostics)) result.playbooks.push_back(std::move(*playbook));
  }
}

// Ids that a user's playbook mentions may be those of built-in ones; a built-in one that is itself being linted is not added twice.
std::vector<Playbook> with_built_in(Session& session, const Vocabulary& vocabulary, const LintResult& result) {
  std::vector<Playbook> all = result.playbooks;
  Diagnostics ignored;
  for (Playbook& playbook : session.engine.built_in_playbooks(vocabulary, ignored)) {
    const auto same = [&](const Playbook& given) { return given.name == playbook.name; };
    if (std::none_of(result.playbooks.begin(), result.playbooks.end(), same)) all.push_back(std::move(playbook));
  }
  return all;
}

Json diagnostic_json(const Diagnostic& diagnostic) {
  return {{"level", diagnostic.level == Level::error ? "error" : "warning"},
          {"file", diagnostic.where.file},
          {"line", diagnostic.where.line},
          {"column", diagnostic.where.column},
          {"message", diagnostic.message},
          {"hint", diagnostic.hint}};
}

std::string lint_json(const LintResult& result) {
  Json diagnostics = Json::array();
  for (const Diagnostic& diagnostic : result.diagnostics.all()) diagnostics.push_back(diagnostic_json(diagnostic));
  const Json json = {{"apiVersion", our_api_version}, {"kind", "LintReport"}, {"files", result.files}, {"diagnostics", diagnostics}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string verdict(const LintResult& result) {
  std::size_t errors = 0;
  for (const Diagnostic& diagnostic : result.diagnostics.all()) errors += diagnostic.level == Level::error ? 1 : 0;
  const std::size_t warnings = result.diagnostics.all().size() - errors;
  if (errors + warnings == 0) return "ok: " + count_of(result.files, "playbook");
  return count_of(errors, "error") + ", " + count_of(warnings, "warning") + " in " + count_of(result.files, "playbook");
}

}  // namespace

LintResult lint_paths(Session& session, const std::vector<std::string>& paths) {
  LintResult result;
  const Vocabulary vocabulary = session.engine.vocabulary();
  for (const std::string& path : paths) read_path(session, path, vocabulary, result);
  if (paths.empty()) {
    result.playbooks = session.engine.built_in_playbooks(vocabulary, result.diagnostics);
    result.files = result.playbooks.size();
  }
  lint_playbooks(with_built_in(session, vocabulary, result), vocabulary, result.diagnostics);
  return result;
}

int lint_command(Session& session, const std::vector<std::string>& paths) {
  const auto format = parse_format(session.options.output);
  if (!format) return fail(session.console, format.error());
  const LintResult result = lint_paths(session, paths);
  if (*format == Format::json) {
    session.console.out << lint_json(result);
  } else {
    session.console.out << result.diagnostics.render() << verdict(result) << "\n";
  }
  return result.diagnostics.has_errors() ? 1 : 0;
}

}  // namespace refloat
