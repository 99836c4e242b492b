#include "cli/user_playbooks.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/inputs.h"
#include "cli/session.h"
#include "config/user_playbooks.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"
#include "reconcile/user_playbooks.h"

namespace refloat {

Result<> add_user_playbooks(Session& session, World& world, const std::vector<std::string>& namespaces, std::vector<Playbook>& playbooks) {
  const std::vector<Playbook> built_in = playbooks;
  for (const std::string& ns : namespaces) {
    Result<JudgedPlaybooks> users = read_user_playbooks(*world.kube, ns, built_in);
    if (!users && users.error().kind != ErrorKind::denied) return users.error();
    if (!users) {  // the others may be read all the same
      session.console.err << "only built-in playbooks" << (ns.empty() ? "" : " in namespace " + printable(ns, 100)) << ": "
                          << printable(users.error().message, 300) << "\n";
      continue;
    }
    for (const PlaybookVerdict& verdict : users->verdicts) {
      if (verdict.usable) continue;
      session.console.err << "not used: Playbook " << printable(verdict.ref.ns + "/" + verdict.ref.name, 300) << ": "
                          << printable(verdict.message, 1000) << "\n";
    }
    for (Playbook& playbook : users->usable) playbooks.push_back(std::move(playbook));
  }
  return ok();
}

std::optional<std::vector<Playbook>> load_all_playbooks(Session& session, bool of_cluster) {
  auto playbooks = load_playbooks(session);
  if (!playbooks || !of_cluster) return playbooks;
  auto world = session.engine.open_world(session.options);
  const std::string ns = session.options.all_namespaces ? "" : session.options.ns;
  const Result<> added = world ? add_user_playbooks(session, *world, {ns}, *playbooks) : Result<>(world.error());
  if (added) return playbooks;
  (void)fail(session.console, added.error());
  return std::nullopt;
}

}  // namespace refloat
