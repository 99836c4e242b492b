#include "reconcile/user_playbooks.h"

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/json_outline.h"
#include "base/result.h"
#include "config/user_playbooks.h"
#include "kube/kube_api.h"
#include "kube/query.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "reconcile/reconcile.h"

namespace refloat {

namespace {

// An answer that holds this many of the largest objects there can be is not too large yet.
constexpr int page_size = 20;
// The list itself, an item's place in it, the item, and its metadata.
constexpr int page_levels = 4;

Resource playbooks_of(const std::string& ns) {
  return {"refloat.dev", "v1alpha1", "playbooks", ns, "", ""};
}

// The one object of a page, and where the next page begins ("" = nowhere). A page that cannot be taken in comes as its text.
std::string take_page(const Json& page, std::vector<Json>& objects) {
  const Json& items = at_path(page, {"items"});
  if (items.is_array() && !items.empty()) objects.push_back(items.front());
  return text_at(page, {"metadata", "continue"});
}

Result<std::string> take_text(const std::string& text, std::vector<Json>& objects) {
  const Result<Json> outline = json_outline(text, page_levels);
  if (!outline) return outline.error();
  std::vector<Json> outlines;
  std::string next = take_page(*outline, outlines);
  for (const Json& each : outlines) objects.push_back(unreadable_playbook(each, "it is nested too deeply to be read; split it"));
  return next;
}

// One object a page: whatever one of them holds, the others are read.
Result<std::vector<Json>> list_singly(KubeApi& api, const std::string& ns) {
  std::vector<Json> objects;
  std::string token;
  do {
    Query query(playbooks_of(ns).path());
    const Result<Json> page = api.get_raw(query.add("limit", 1).add("continue", token).target());
    if (!page) return page.error();
    const Result<std::string> next =
        page->is_string() ? take_text(page->get_ref<const std::string&>(), objects) : Result<std::string>(take_page(*page, objects));
    if (!next) return next.error();
    if (*next == token && !token.empty()) return Error{ErrorKind::invalid, "the list does not advance"};
    token = *next;
  } while (!token.empty());
  return objects;
}

Result<std::vector<Json>> list_playbooks(KubeApi& api, const std::string& ns) {
  Result<ObjectList> list = api.list(playbooks_of(ns), {.page_size = page_size});
  if (list) return std::move(list->items);
  return list.error().kind == ErrorKind::invalid ? list_singly(api, ns) : Result<std::vector<Json>>(list.error());
}

}  // namespace

Result<JudgedPlaybooks> read_user_playbooks(KubeApi& api, const std::string& ns, const std::vector<Playbook>& built_in) {
  const Result<std::vector<Json>> objects = list_playbooks(api, ns);
  if (!objects && objects.error().kind == ErrorKind::not_found) return JudgedPlaybooks{};
  if (!objects) return objects.error().wrap("list Playbooks");
  return judge_playbooks(*objects, built_in, vocabulary());
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
  const Result<std::vector<Json>> objects = list_playbooks(ports.kube, stack.ns);
  if (!objects) return objects.error().wrap("read the Playbooks that the plan rests on");
  JudgedPlaybooks users = judge_playbooks(*objects, own.playbooks, vocabulary());
  for (Playbook& playbook : users.usable) own.playbooks.push_back(std::move(playbook));
  return own;
}

}  // namespace refloat
