#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/options.h"
#include "cli/playbook_lint.h"
#include "cli/playbook_test.h"
#include "cli/session.h"
#include "config/schema.h"

namespace refloat {
namespace {

void add_lint(CLI::App& group, Session& session) {
  CLI::App* command = group.add_subcommand("lint", "check playbooks; mistakes come with file:line and a hint");
  const auto paths = std::make_shared<std::vector<std::string>>();
  command->add_option("PATH", *paths, "files or folders; default the built-in playbooks");
  add_output_flags(*command, session.options);
  command->footer("Examples:\n  refloat playbook lint\n  refloat playbook lint ./playbooks/my-service");
  command->callback([&session, paths] { session.action = [&session, paths] { return lint_command(session, *paths); }; });
}

void add_test(CLI::App& group, Session& session) {
  CLI::App* command = group.add_subcommand("test", "run the cases beside playbooks: which must fire, which must not");
  const auto paths = std::make_shared<std::vector<std::string>>();
  const auto junit = std::make_shared<std::string>();
  command->add_option("PATH", *paths, "playbook files, folders of one, or folders of many")->required();
  command->add_option("--junit", *junit, "also write the results as JUnit XML")->type_name("FILE");
  add_output_flags(*command, session.options);
  command->footer("Examples:\n  refloat playbook test ./playbooks\n  refloat playbook test ./playbooks/my-service -v");
  command->callback(
      [&session, paths, junit] { session.action = [&session, paths, junit] { return test_command(session, *paths, *junit); }; });
}

void add_schema(CLI::App& group, Session& session) {
  CLI::App* command = group.add_subcommand("schema", "print the JSON Schema of playbooks, for editors");
  command->footer("Example:\n  refloat playbook schema > playbook.schema.json");
  command->callback([&session] {
    session.action = [&session] {
      session.console.out << playbook_schema(session.engine.vocabulary()) << "\n";
      return 0;
    };
  });
}

void add_playbook_explain(CLI::App& group, Session& session) {
  CLI::App* command = group.add_subcommand("explain", "a playbook in prose");
  const auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "name of a playbook or id of its signature")->required();
  command->add_option("--playbooks", session.options.playbook_dirs, "folder with more playbooks; repeatable")
      ->allow_extra_args(false)
      ->type_name("DIR");
  add_output_flags(*command, session.options);
  command->footer("Example:\n  refloat playbook explain ID");
  command->callback([&session, id] { session.action = [&session, id] { return explain(session, *id); }; });
}

}  // namespace

void add_playbook(CLI::App& root, Session& session) {
  CLI::App* group = root.add_subcommand("playbook", "check, test and explain playbooks");
  group->require_subcommand(0, 1);
  add_lint(*group, session);
  add_test(*group, session);
  add_schema(*group, session);
  add_playbook_explain(*group, session);
  group->footer("Examples:\n  refloat playbook lint ./playbooks\n  refloat playbook test ./playbooks\n  refloat playbook explain ID");
}

}  // namespace refloat
