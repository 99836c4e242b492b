#include "reconcile/user_playbooks.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/json_outline.h"
#include "base/result.h"
#include "config/playbook_reader.h"
#include "config/user_playbook.h"
#include "config/user_playbooks.h"
#include "kube/kube_api.h"
#include "kube/query.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "model/vocabulary.h"
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

// Reads as it lists: whole objects are not kept.
class Listing {
 public:
  Result<std::vector<UserPlaybook>> read(KubeApi& api, const std::string& ns) {
    const Result<ObjectList> list = api.list(playbooks_of(ns), {.page_size = page_size});
    if (!list && list.error().kind != ErrorKind::invalid) return list.error();
    if (!list) return read_singly(api, ns);
    for (const Json& object : list->items) objects_.push_back(take_in_playbook(object, words_));
    return std::move(objects_);
  }

 private:
  // One object a page: whatever one of them holds, the others are read.
  Result<std::vector<UserPlaybook>> read_singly(KubeApi& api, const std::string& ns) {
    std::string token;
    do {
      Query query(playbooks_of(ns).path());
      const Result<Json> page = api.get_raw(query.add("limit", 1).add("continue", token).target());
      if (!page) return page.error();
      const Result<std::string> next =
          page->is_string() ? take_text(page->get_ref<const std::string&>()) : Result<std::string>(take_page(*page));
      if (!next) return next.error();
      if (*next == token && !token.empty()) return Error{ErrorKind::invalid, "the list does not advance"};
      token = *next;
    } while (!token.empty());
    return std::move(objects_);
  }

  // The one object of a page, and where the next page begins ("" = nowhere).
  std::string take_page(const Json& page) {
    const Json& items = at_path(page, {"items"});
    if (items.is_array() && !items.empty()) objects_.push_back(take_in_playbook(items.front(), words_));
    return text_at(page, {"metadata", "continue"});
  }

  // A page that cannot be taken in.
  Result<std::string> take_text(const std::string& text) {
    const Result<Json> outline = json_outline(text, page_levels);
    if (!outline) return outline.error();
    const Json& items = at_path(*outline, {"items"});
    if (items.is_array() && !items.empty())
      objects_.push_back(unreadable_playbook(items.front(), "it is nested too deeply to be read; split it"));
    return text_at(*outline, {"metadata", "continue"});
  }

  const Vocabulary words_ = vocabulary();
  std::vector<UserPlaybook> objects_;
};

JudgedPlaybooks judge(const std::vector<UserPlaybook>& objects, const std::vector<Playbook>& built_in) {
  std::vector<const UserPlaybook*> all;
  for (const UserPlaybook& each : objects) all.push_back(&each);
  return judge_playbooks(all, built_in);
}

// All of the namespace, as they stand now.
Result<Inputs> inputs_read_anew(Ports& ports, const Inputs& inputs, const std::string& ns) {
  Inputs own = inputs;
  std::erase_if(own.playbooks, [](const Playbook& playbook) { return !playbook.ns.empty(); });
  const Result<std::vector<UserPlaybook>> objects = Listing().read(ports.kube, ns);
  if (!objects) return objects.error().wrap("read the Playbooks that the plan rests on");
  JudgedPlaybooks users = judge(*objects, own.playbooks);
  for (Playbook& playbook : users.usable) own.playbooks.push_back(std::move(playbook));
  return own;
}

// What is no playbook of the catalogue is a user's, whatever a stored plan says of it.
std::set<std::string> users_playbooks_of(const Plan& plan, const Inputs& inputs) {
  std::set<std::string> names;
  for (const Finding& finding : plan.findings) names.insert(finding.playbook);
  names.erase("");
  for (const Playbook& playbook : inputs.playbooks) {
    if (playbook.ns.empty()) names.erase(playbook.name);
  }
  return names;
}

// Whether it says now what was heard of it last. Nothing but the same content is an answer.
Result<bool> is_as_heard(Ports& ports, const Inputs& inputs, const std::string& ns, const std::string& name) {
  const auto heard = std::find_if(inputs.playbooks.begin(), inputs.playbooks.end(),
                                  [&](const Playbook& playbook) { return playbook.ns == ns && playbook.name == name; });
  if (heard == inputs.playbooks.end()) return false;
  Resource at = playbooks_of(ns);
  at.name = name;
  const Result<Json> object = ports.kube.get(at);
  if (object) return playbook_digest(at_path(*object, {"spec"})) == heard->digest;
  const ErrorKind kind = object.error().kind;
  if (kind == ErrorKind::not_found || kind == ErrorKind::invalid) return false;  // the list tells one that is gone from a kind that is
  return object.error().wrap("read the Playbooks that the plan rests on");
}

}  // namespace

Result<JudgedPlaybooks> read_user_playbooks(KubeApi& api, const std::string& ns, const std::vector<Playbook>& built_in) {
  const Result<std::vector<UserPlaybook>> objects = Listing().read(api, ns);
  if (!objects && objects.error().kind == ErrorKind::not_found) return JudgedPlaybooks{};
  if (!objects) return objects.error().wrap("list Playbooks");
  return judge(*objects, built_in);
}

Inputs inputs_for(const Inputs& inputs, const std::string& ns) {
  Inputs own = inputs;
  std::erase_if(own.playbooks, [&](const Playbook& playbook) { return !playbook.ns.empty() && playbook.ns != ns; });
  return own;
}

Result<Inputs> inputs_for_run(Ports& ports, const Inputs& inputs, const Stack& stack, const Plan& plan) {
  if (plan.playbooks.empty()) return inputs_for(inputs, stack.ns);
  const std::set<std::string> names = users_playbooks_of(plan, inputs);
  bool as_heard = !names.empty();
  for (const std::string& name : names) {
    const Result<bool> same = as_heard ? is_as_heard(ports, inputs, stack.ns, name) : false;
    if (!same) return same.error();
    as_heard = *same;
  }
  return as_heard ? Result<Inputs>(inputs_for(inputs, stack.ns)) : inputs_read_anew(ports, inputs, stack.ns);
}

}  // namespace refloat
