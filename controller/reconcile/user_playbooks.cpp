#include "reconcile/user_playbooks.h"

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/user_playbooks.h"
#include "kube/kube_api.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "reconcile/reconcile.h"

namespace refloat {

Result<JudgedPlaybooks> read_user_playbooks(KubeApi& api, const std::string& ns, const std::vector<Playbook>& built_in) {
  const Result<ObjectList> list = api.list({"refloat.dev", "v1alpha1", "playbooks", ns, "", ""}, {});
  if (!list && list.error().kind == ErrorKind::not_found) return JudgedPlaybooks{};
  if (!list) return list.error().wrap("list Playbooks");
  return judge_playbooks(list->items, built_in, vocabulary());
}

Inputs inputs_for(const Inputs& inputs, const std::string& ns) {
  Inputs own = inputs;
  std::erase_if(own.playbooks, [&](const Playbook& playbook) { return !playbook.ns.empty() && playbook.ns != ns; });
  return own;
}

Result<Inputs> inputs_for_run(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan) {
  if (plan.playbooks.empty()) return inputs_for(inputs, stack.ns);
  Inputs own = inputs;
  std::erase_if(own.playbooks, [](const Playbook& playbook) { return !playbook.ns.empty(); });
  Result<JudgedPlaybooks> users = read_user_playbooks(ports.kube, stack.ns, own.playbooks);
  if (!users) return users.error();
  for (Playbook& playbook : users->usable) own.playbooks.push_back(std::move(playbook));
  return own;
}

}  // namespace refloat
