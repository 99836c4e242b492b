#include "cli/user_playbooks.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/inputs.h"
#include "cli/session.h"
#include "config/user_playbooks.h"
#include "model/playbook.h"
#include "model/playbook_verdict.h"
#include "model/snapshot.h"
#include "reconcile/user_playbooks.h"

namespace refloat {

namespace {

// An API server refuses also what it does not know.
bool is_installed(World& world) {
  const Result<Json> kinds = world.kube->get_raw("/apis/refloat.dev/v1alpha1");
  if (!kinds) return false;
  const Json& resources = at_path(*kinds, {"resources"});
  return std::any_of(resources.begin(), resources.end(), [](const Json& each) { return text_at(each, {"name"}) == "playbooks"; });
}

class Reader {
 public:
  Reader(Session& session, World& world, std::vector<Playbook>& playbooks, std::vector<Unexamined>& unexamined)
      : err_(session.console.err), world_(world), built_in_(playbooks), playbooks_(playbooks), unexamined_(unexamined) {}

  // False = it may not be read, which is said.
  Result<bool> read(const std::string& ns) {
    Result<JudgedPlaybooks> users = read_user_playbooks(*world_.kube, ns, built_in_);
    if (!users && users.error().kind != ErrorKind::denied) return users.error();
    if (!users) note_refusal(ns, users.error());
    if (!users) return false;
    for (const PlaybookVerdict& verdict : users->verdicts) {
      if (verdict.usable) continue;
      err_ << "not used: Playbook " << printable(verdict.ref.ns + "/" + verdict.ref.name, 300) << ": " << printable(verdict.message, 1000)
           << "\n";
    }
    for (Playbook& playbook : users->usable) playbooks_.push_back(std::move(playbook));
    return true;
  }

 private:
  void note_refusal(const std::string& ns, const Error& error) {
    const std::string where = ns.empty() ? "" : " in namespace " + printable(ns, 100);
    const std::string why = error.message + (ns.empty() ? "; name a namespace with -n" : "");
    err_ << "only built-in playbooks" << where << ": " << printable(why, 400) << "\n";
    if (!installed_) installed_ = is_installed(world_);
    if (*installed_) unexamined_.push_back({"Playbooks" + where, why, ErrorKind::denied});
  }

  std::ostream& err_;
  World& world_;
  const std::vector<Playbook> built_in_;
  std::vector<Playbook>& playbooks_;
  std::vector<Unexamined>& unexamined_;
  std::optional<bool> installed_;
};

}  // namespace

Result<> add_user_playbooks(Session& session, World& world, const PlaybookPlaces& places, std::vector<Playbook>& playbooks,
                            std::vector<Unexamined>& unexamined) {
  Reader reader(session, world, playbooks, unexamined);
  bool refused_at_once = false;
  for (const std::string& ns : places.namespaces) {
    const Result<bool> read = reader.read(ns);
    if (!read) return read.error();
    refused_at_once = refused_at_once || (ns.empty() && !*read);
  }
  for (const std::string& ns : refused_at_once ? places.instead : std::set<std::string>{}) {
    if (const Result<bool> read = reader.read(ns); !read) return read.error();
  }
  return ok();
}

std::optional<std::vector<Playbook>> load_all_playbooks(Session& session, bool of_cluster) {
  auto playbooks = load_playbooks(session);
  if (!playbooks || !of_cluster) return playbooks;
  auto world = session.engine.open_world(session.options);
  const std::string& ns = session.options.ns;
  std::vector<Unexamined> unsaid;  // nothing is examined here
  const Result<> added = world ? add_user_playbooks(session, *world, {{ns}, {}}, *playbooks, unsaid) : Result<>(world.error());
  if (added) return playbooks;
  (void)fail(session.console, added.error());
  return std::nullopt;
}

}  // namespace refloat
