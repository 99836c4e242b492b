#include "cli/explain.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/likely.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/user_playbooks.h"
#include "model/playbook.h"
#include "report/catalogue_report.h"
#include "report/format.h"

namespace refloat {
namespace {

Error unknown_id(const Session& session, const std::string& id, const std::vector<Playbook>& playbooks) {
  std::vector<std::string> known;
  for (const Playbook& playbook : playbooks) {
    known.push_back(playbook.signature.id);
    known.push_back(playbook.name);
  }
  const std::string near = likely(id, known);
  return {ErrorKind::invalid, "explain: no signature or playbook is called " + printable(id, 100),
          near.empty() ? session.program + " signatures lists them"
                       : "did you mean " + near + "? " + session.program + " signatures lists all"};
}

}  // namespace

int explain(Session& session, const std::string& id, bool of_cluster) {
  const auto format = parse_format(session.options.output);
  if (!format) return fail(session.console, format.error());
  const auto playbooks = load_all_playbooks(session, of_cluster);
  if (!playbooks) return 1;
  const auto found = std::find_if(playbooks->begin(), playbooks->end(),
                                  [&](const Playbook& playbook) { return playbook.signature.id == id || playbook.name == id; });
  if (found == playbooks->end()) return fail(session.console, unknown_id(session, id, *playbooks));
  session.console.out << render_explanation(*found, session.engine.vocabulary(), *format, style_of(session, {}));
  return 0;
}

void add_explain(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("explain", "a signature or playbook in prose: meaning, proof, steps, why they are safe");
  const auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "id of a signature or name of a playbook")->required();
  command->add_option("--playbooks", session.options.playbook_dirs, "folder with more playbooks; repeatable")
      ->allow_extra_args(false)
      ->type_name("DIR");
  const auto of_cluster = std::make_shared<bool>(false);
  command->add_flag("--cluster", *of_cluster,
                    "connect, and show the cluster's own Playbooks too; takes no name: --context says which cluster");
  add_namespace_flag(*command, session.options, "namespace of the cluster's Playbooks; default: all namespaces");
  add_connection_flags(*command, session.options);
  add_output_flags(*command, session.options);
  command->footer("Works offline, but for --cluster. `refloat signatures` lists the ids.\n\nExample:\n  refloat explain ID");
  command->callback(
      [&session, id, of_cluster] { session.action = [&session, id, of_cluster] { return explain(session, *id, *of_cluster); }; });
}

}  // namespace refloat
