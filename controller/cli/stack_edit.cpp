#include "cli/stack_edit.h"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/session.h"
#include "kube/kube_api.h"
#include "model/write.h"

namespace refloat {
namespace {

constexpr int edit_tries_max = 5;

Resource stacks(const std::string& ns, const std::string& name = {}) {
  return {"refloat.dev", "v1alpha1", "stacks", ns, name, {}};
}

Error not_found(const std::string& name, const std::vector<Json>& all) {
  std::vector<std::string> names;
  for (const Json& stack : all) names.push_back(text_at(stack, {"metadata", "name"}));
  const std::string near = nearest(name, names);
  return {ErrorKind::not_found, "Stack " + printable(name, 253) + ": not found",
          near.empty() ? "see kubectl get stacks -A" : "did you mean " + near + "?"};
}

}  // namespace

Result<Json> find_stack_object(const Session& session, World& world, const std::string& name) {
  const auto slash = name.find('/');
  const std::string ns = slash == std::string::npos ? session.options.ns : name.substr(0, slash);
  const std::string own = slash == std::string::npos ? name : name.substr(slash + 1);
  Result<ObjectList> list = world.kube->list(stacks(ns), {});
  if (!list && list.error().kind == ErrorKind::not_found)
    return Error{ErrorKind::not_found, "this cluster does not know Stacks",
                 "install the kinds: " + session.program + " crds | kubectl apply --server-side -f -"};
  if (!list)
    return Error{list.error().kind, list.error().message,
                 ns.empty() && list.error().kind == ErrorKind::denied ? "name the namespace with -n" : list.error().hint};
  std::vector<Json> found;
  std::copy_if(list->items.begin(), list->items.end(), std::back_inserter(found),
               [&](const Json& stack) { return text_at(stack, {"metadata", "name"}) == own; });
  if (found.empty()) return not_found(own, list->items);
  if (found.size() > 1) return Error{ErrorKind::invalid, "several namespaces have a Stack " + printable(own), "name one with -n"};
  return found.front();
}

std::vector<std::string> pause_requests_of(const Json& stack) {
  std::vector<std::string> requests;
  for (const Json& each : at_path(stack, {"spec", "pauseRequests"})) {
    if (each.is_string()) requests.push_back(each.get<std::string>());
  }
  return requests;
}

Result<Json> edit_pause_requests(World& world, const Json& stack, const EditRequests& edit) {
  Json now = stack;
  const Resource at = stacks(text_at(stack, {"metadata", "namespace"}), text_at(stack, {"metadata", "name"}));
  for (int tries = 0; tries < edit_tries_max; ++tries) {
    const std::vector<std::string> before = pause_requests_of(now);
    const std::vector<std::string> after = edit(before);
    if (after == before) return now;
    const Json patch{
        {"metadata", {{"resourceVersion", text_at(now, {"metadata", "resourceVersion"})}, {"uid", text_at(now, {"metadata", "uid"})}}},
        {"spec", {{"pauseRequests", after.empty() ? Json() : Json(after)}}}};
    Result<Json> written = world.kube->patch(at, PatchType::merge, patch, {});
    if (written) return written;
    const bool again = written.error().kind == ErrorKind::stale || written.error().kind == ErrorKind::ambiguous;
    if (!again) return written.error().wrap("write Stack " + at.name);
    Result<Json> read = world.kube->get(at);
    if (!read) return read.error().wrap("read Stack " + at.name);
    now = *read;
  }
  return Error{ErrorKind::stale, "Stack " + at.name + " changes too fast", "try again in a moment"};
}

void warn_if_declared(Session& session, const Json& stack) {
  if (!at_path(stack, {"metadata", "annotations"}).contains("argocd.argoproj.io/tracking-id")) return;
  session.console.err << "note: Argo CD keeps this Stack as Git declares it; with self-heal, write the pause into Git instead\n";
}

}  // namespace refloat
