#include "sim/api_server.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "kube/kube_api.h"
#include "sim/audit_log.h"
#include "sim/object_store.h"
#include "sim/resource_types.h"
#include "sim/selectors.h"
#include "sim/stored_object.h"

namespace refloat::sim {

Answer failure(int code, const std::string& reason, const std::string& message) {
  Json body{{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Failure"}, {"reason", reason}, {"message", message}, {"code", code}};
  return {code, StoredObject(std::move(body))};
}

bool has_finalizer(const Json& object, const std::string& finalizer) {
  const Json& list = at_path(object, {"metadata", "finalizers"});
  return std::ranges::any_of(list, [&](const Json& f) { return f.is_string() && f.get_ref<const std::string&>() == finalizer; });
}

Key key_of(const Resource& resource) {
  return {resource.group, resource.plural, resource.ns, resource.name};
}

namespace {

// "jobs.batch"
std::string qualified(const Resource& r) {
  return r.group.empty() ? r.plural : r.plural + "." + r.group;
}

Answer not_found(const Resource& r) {
  return failure(404, "NotFound", qualified(r) + " \"" + r.name + "\" not found");
}

bool has_status_path(const Resource& r, const ResourceType& type) {
  return r.subresource != "status" || type.status_subresource;
}

}  // namespace

Answer ApiServer::audited(const Request& request, Answer answer, bool changed) {
  audit_.add({now_(), request.user, request.verb, request.target.path(), request.dry_run, answer.status, changed && !request.dry_run, false,
              request.body});
  return answer;
}

// Existence of the resource and the right to use it: what comes before any look at objects.
Answer ApiServer::admit(const Request& request, const ResourceType** type) const {
  const Resource& r = request.target;
  *type = types_.find(r.group, r.plural);
  if (*type == nullptr || (*type)->version != r.version || !has_status_path(r, **type)) {
    return failure(404, "NotFound", "the server could not find the requested resource");
  }
  if (!access_.allowed(request.user, {request.verb, r.group, r.plural, r.subresource, r.ns, r.name})) {
    return failure(403, "Forbidden",
                   qualified(r) + " is forbidden: User \"" + request.user + "\" cannot " + request.verb + " resource \"" + r.plural +
                       "\" in API group \"" + r.group + "\"" +
                       (r.ns.empty() ? " at the cluster scope" : " in the namespace \"" + r.ns + "\""));
  }
  return {};
}

Answer ApiServer::get(const std::string& user, const Resource& object) {
  const Request request{user, "get", object, false, {}};
  const ResourceType* type = nullptr;
  if (Answer refused = admit(request, &type); !refused.ok()) {
    return audited(request, std::move(refused), false);
  }
  StoredObject found = store_.find(key_of(object));
  return audited(request, found.is_null() ? not_found(object) : Answer{200, std::move(found)}, false);
}

Answer ApiServer::list(const std::string& user, const Resource& resource, const ListQuery& query) {
  const Request request{user, "list", resource, false, {}};
  const ResourceType* type = nullptr;
  if (Answer refused = admit(request, &type); !refused.ok()) {
    return audited(request, std::move(refused), false);
  }
  if (query.continue_token.empty()) {
    return audited(request, first_page(request, query), false);
  }
  const auto page = pages_.find(query.continue_token);
  if (page == pages_.end()) {
    return audited(request, failure(400, "BadRequest", "continue key is not valid"), false);
  }
  if (!page->second.expired) {
    return audited(request, page_of(page->second, query), false);
  }
  // The answer to an expired token carries a fresh one: the rest of the list as it is now, inconsistent with the pages before.
  Answer expired = failure(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
  Page rest = page->second;
  rest.expired = false;
  rest.resource_version = std::to_string(store_.revision());
  const std::string token = "t" + std::to_string(++tokens_);
  pages_[token] = std::move(rest);
  Json body = std::move(expired.body).take();
  body["metadata"]["continue"] = token;
  expired.body = StoredObject(std::move(body));
  return audited(request, std::move(expired), false);
}

Answer ApiServer::first_page(const Request& request, const ListQuery& query) {
  Page page;
  page.resource_version = std::to_string(store_.revision());
  for (StoredObject& object : store_.list(request.target.group, request.target.plural, request.target.ns)) {
    if (labels_match(query.label_selector, at_path(object, {"metadata", "labels"}))) {
      page.items.push_back(std::move(object));
    }
  }
  return page_of(std::move(page), query);
}

Answer ApiServer::page_of(Page page, const ListQuery& query) {
  const std::size_t count = query.limit <= 0 ? page.items.size() : std::min(page.items.size(), static_cast<std::size_t>(query.limit));
  Json items = Json::array();
  for (std::size_t i = 0; i < count; ++i) items.push_back(page.items[i].json());
  page.items.erase(page.items.begin(), page.items.begin() + static_cast<std::ptrdiff_t>(count));
  Json body{
      {"kind", "List"}, {"apiVersion", "v1"}, {"metadata", {{"resourceVersion", page.resource_version}}}, {"items", std::move(items)}};
  if (!page.items.empty()) {
    const std::string token = "t" + std::to_string(++tokens_);
    body["metadata"]["continue"] = token;
    pages_[token] = std::move(page);
  }
  return {200, StoredObject(std::move(body))};
}

void ApiServer::expire_continue_tokens() {
  for (auto& [token, page] : pages_) {
    page.expired = true;
  }
}

Answer ApiServer::open_watch(const std::string& user, const Resource& resource) {
  const Request request{user, "watch", resource, false, {}};
  const ResourceType* type = nullptr;
  return audited(request, admit(request, &type), false);
}

Answer ApiServer::review_access(const std::string& user, const AccessQuestion& question) {
  Request request{user, "create", {"authorization.k8s.io", "v1", "selfsubjectaccessreviews", "", "", ""}, false, {}};
  const bool allowed = access_.allowed(user, question);
  Json body{{"status", {{"allowed", allowed}, {"reason", allowed ? "" : "no rule allows this"}}}};
  return audited(request, {201, StoredObject(std::move(body))}, false);
}

Answer ApiServer::read_log(const std::string& user, const std::string& ns, const std::string& pod) {
  const Request request{user, "get", {"", "v1", "pods", ns, pod, "log"}, false, {}};
  const ResourceType* type = nullptr;
  if (Answer refused = admit(request, &type); !refused.ok()) {
    return audited(request, std::move(refused), false);
  }
  const bool exists = !store_.find({"", "pods", ns, pod}).is_null();
  return audited(request, exists ? Answer{} : not_found(request.target), false);
}

}  // namespace refloat::sim
