#include "kube/http_kube_api.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "kube/endpoint.h"
#include "kube/errors.h"
#include "kube/http.h"
#include "kube/kube_api.h"
#include "kube/query.h"
#include "model/write.h"

namespace refloat {
namespace {

constexpr int tries_max = 4;  // of one call that the server throttles

const char* content_type_of(PatchType type) {
  switch (type) {
    case PatchType::json: return "application/json-patch+json";
    case PatchType::merge: return "application/merge-patch+json";
    case PatchType::strategic: return "application/strategic-merge-patch+json";
    case PatchType::apply: return "application/apply-patch+yaml";  // JSON is YAML
  }
  return "application/json";
}

// Without a name the path is that of the whole collection: a DELETE there deletes everything.
Result<> require_name(const Resource& object) {
  if (object.name.empty() || object.name == "." || object.name == "..") {
    return Error{ErrorKind::invalid, "\"" + object.name + "\" does not name one object of " + object.plural};
  }
  return ok();
}

// Whether the server would refuse this change if it had been made already.
bool has_version_precondition(PatchType type, const Json& body) {
  if (type != PatchType::json) return !text_at(body, {"metadata", "resourceVersion"}).empty();
  return body.is_array() && std::any_of(body.begin(), body.end(), [](const Json& operation) {
           return text_at(operation, {"op"}) == "test" && text_at(operation, {"path"}) == "/metadata/resourceVersion";
         });
}

Error in_context(const Error& error, const HttpRequest& request) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  return error.wrap(request.method + " " + printable(path, 300));
}

// Items of a list carry no kind of their own; readers want it.
void name_kinds(ObjectList& list, const Json& page, std::size_t from) {
  std::string kind = text_at(page, {"kind"});
  if (kind.size() > 4 && kind.ends_with("List")) kind.resize(kind.size() - 4);
  for (std::size_t i = from; i < list.items.size(); ++i) {
    Json& item = list.items[i];
    if (!item.is_object()) continue;
    if (!item.contains("kind")) item["kind"] = kind;
    if (!item.contains("apiVersion")) item["apiVersion"] = text_at(page, {"apiVersion"});
  }
}

Result<> append_page(ObjectList& list, Json page) {
  const Json& items = at_path(page, {"items"});
  if (!items.is_array() && !items.is_null()) return Error{ErrorKind::invalid, "the answer is no list"};
  if (items.is_null() && !text_at(page, {"kind"}).ends_with("List")) return Error{ErrorKind::invalid, "the answer is no list"};
  const std::size_t from = list.items.size();
  if (items.is_array()) {
    for (Json& item : page["items"]) list.items.push_back(std::move(item));
  }
  name_kinds(list, page, from);
  if (list.resource_version.empty()) list.resource_version = text_at(page, {"metadata", "resourceVersion"});
  return ok();
}

Json delete_body(const DeleteOptions& options) {
  Json body = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  if (!options.propagation.empty()) body["propagationPolicy"] = options.propagation;
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.resource_version.empty()) body["preconditions"]["resourceVersion"] = options.resource_version;
  if (options.dry_run) body["dryRun"] = Json::array({"All"});
  return body;
}

Json access_review(const AccessQuestion& question) {
  Json attributes = Json::object();
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) attributes[key] = value;
  };
  put("verb", question.verb);
  put("group", question.group);
  put("resource", question.resource);
  put("subresource", question.subresource);
  put("namespace", question.ns);
  put("name", question.name);
  return {{"apiVersion", "authorization.k8s.io/v1"}, {"kind", "SelfSubjectAccessReview"}, {"spec", {{"resourceAttributes", attributes}}}};
}

}  // namespace

HttpKubeApi::HttpKubeApi(Endpoint endpoint, std::shared_ptr<Credentials> credentials, Clock& clock, HttpKubeOptions options)
    : http_(std::move(endpoint), options.user_agent), credentials_(std::move(credentials)), clock_(clock), options_(std::move(options)) {}

// One try, and a second with newer credentials when the first were refused: a 401 means that nothing was done.
Result<HttpResponse> HttpKubeApi::attempt(const HttpRequest& request) {
  Result<Identity> identity = credentials_->current();
  if (!identity) return identity.error();
  Result<HttpResponse> response = http_.send(request, *identity);
  if (response && response->status == 401 && credentials_->renew(*identity)) {
    identity = credentials_->current();
    if (!identity) return identity.error();
    response = http_.send(request, *identity);
  }
  if (!response) return without_secrets(response.error(), *identity);
  if (response->status >= 200 && response->status < 300) return response;
  return without_secrets(error_of({response->status, response->body, response->retry_after_s, request.effect}), *identity);
}

// Waits and asks again while the server says when to, the call allows it, and the call's time is not used up.
Result<HttpResponse> HttpKubeApi::exchange(Call call) {
  const Time deadline = clock_.now() + call.request.timeout;
  for (int tries = 1;; ++tries) {
    Result<HttpResponse> response = attempt(call.request);
    if (response) return response;
    const Error& error = response.error();
    const Time again_at = clock_.now() + std::chrono::seconds(error.retry_after_s);
    const bool throttled = error.kind == ErrorKind::transient && error.retry_after_s > 0;
    if (!throttled || !call.again_when_throttled || tries >= tries_max || again_at >= deadline || interrupted()) {
      return in_context(error, call.request);
    }
    clock_.wait_until(again_at);
    call.request.timeout = std::max(Duration(1), deadline - clock_.now());
  }
}

Result<Json> HttpKubeApi::json_of(Call call) {
  const HttpRequest request = call.request;
  Result<HttpResponse> response = exchange(std::move(call));
  if (!response) return response.error();
  Result<Json> json = parse_json(response->body);
  if (json && json->is_object()) return json;
  Error error{ErrorKind::invalid, "the answer is no JSON object", "is this the address of a Kubernetes API?"};
  if (request.effect) error = {ErrorKind::ambiguous, "done, but the answer is no JSON object"};
  return in_context(error, request);
}

HttpRequest HttpKubeApi::read_request(std::string target) const {
  HttpRequest request;
  request.target = std::move(target);
  request.timeout = options_.request_timeout;
  return request;
}

HttpRequest HttpKubeApi::write_request(std::string method, std::string target, const Json& body, const WriteOptions& options) const {
  Query query(std::move(target));
  query.add("fieldManager", options_.field_manager).add("dryRun", options.dry_run ? "All" : "").flag("force", options.force);
  HttpRequest request = read_request(query.target());
  request.method = std::move(method);
  request.content_type = "application/json";
  request.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  request.effect = !options.dry_run;
  return request;
}

Result<Json> HttpKubeApi::get(const Resource& object) {
  if (const Result<> named = require_name(object); !named) return named.error();
  return json_of({read_request(object.path()), true});
}

Result<Json> HttpKubeApi::get_raw(const std::string& path) {
  HttpRequest request = read_request(path);
  request.accept = "application/json, */*";
  Result<HttpResponse> response = exchange({std::move(request), true});
  if (!response) return response.error();
  Result<Json> json = parse_json(response->body);
  return json ? json : Result<Json>(Json(valid_utf8(response->body)));
}

Result<Json> HttpKubeApi::page(const Resource& resource, const ListOptions& options, const std::string& token) {
  Query query(resource.path());
  query.add("limit", options.page_size).add("labelSelector", options.label_selector);
  if (token.empty()) query.add("resourceVersion", options.resource_version);  // with a token the server would refuse it
  query.add("continue", token);
  return json_of({read_request(query.target()), true});
}

Result<ObjectList> HttpKubeApi::pages(const Resource& resource, const ListOptions& options, bool& expired) {
  ObjectList list;
  std::string token;
  do {
    Result<Json> answer = page(resource, options, token);
    expired = !answer && answer.error().kind == ErrorKind::gone && !token.empty();
    if (!answer) return answer.error();
    const std::string next = text_at(*answer, {"metadata", "continue"});
    if (!next.empty() && next == token) return Error{ErrorKind::invalid, "the list does not advance"};
    token = next;
    if (const Result<> appended = append_page(list, std::move(*answer)); !appended) return appended.error().wrap("list " + resource.plural);
  } while (!token.empty());
  return list;
}

Result<ObjectList> HttpKubeApi::list(const Resource& resource, const ListOptions& options) {
  bool expired = false;
  Result<ObjectList> list = pages(resource, options, expired);
  return expired ? pages(resource, options, expired) : std::move(list);
}

Result<Json> HttpKubeApi::create(const Resource& resource, const Json& body, const WriteOptions& options) {
  return json_of({write_request("POST", resource.path(), body, options), false});
}

Result<Json> HttpKubeApi::replace(const Resource& object, const Json& body, const WriteOptions& options) {
  if (const Result<> named = require_name(object); !named) return named.error();
  return json_of({write_request("PUT", object.path(), body, options), has_version_precondition(PatchType::merge, body)});
}

Result<Json> HttpKubeApi::patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) {
  if (const Result<> named = require_name(object); !named) return named.error();
  WriteOptions allowed = options;
  allowed.force = options.force && type == PatchType::apply;  // the server refuses it for every other type
  Call call{write_request("PATCH", object.path(), body, allowed), has_version_precondition(type, body)};
  call.request.content_type = content_type_of(type);
  return json_of(std::move(call));
}

Result<Json> HttpKubeApi::remove(const Resource& object, const DeleteOptions& options) {
  if (const Result<> named = require_name(object); !named) return named.error();
  HttpRequest request = read_request(object.path());
  request.method = "DELETE";
  request.content_type = "application/json";
  request.body = delete_body(options).dump();
  request.effect = !options.dry_run;
  return json_of({std::move(request), false});
}

Result<std::string> HttpKubeApi::logs(const std::string& ns, const std::string& pod, const LogOptions& options) {
  const Resource resource{"", "v1", "pods", ns, pod, "log"};
  if (const Result<> named = require_name(resource); !named) return named.error();
  Query query(resource.path());
  query.add("container", options.container).flag("previous", options.previous);
  query.add("tailLines", options.tail_lines).add("limitBytes", options.limit_bytes);
  HttpRequest request = read_request(query.target());
  request.accept = "*/*";
  Result<HttpResponse> response = exchange({std::move(request), true});
  if (!response) return response.error();
  return std::move(response->body);
}

Result<AccessAnswer> HttpKubeApi::can_i(const AccessQuestion& question) {
  const Resource reviews{"authorization.k8s.io", "v1", "selfsubjectaccessreviews", "", "", ""};
  HttpRequest request = read_request(reviews.path());
  request.method = "POST";
  request.content_type = "application/json";
  request.body = access_review(question).dump(-1, ' ', false, Json::error_handler_t::replace);
  Result<Json> answer = json_of({std::move(request), true});
  if (!answer) return answer.error();
  const Json& status = at_path(*answer, {"status"});
  if (!at_path(status, {"allowed"}).is_boolean()) return Error{ErrorKind::invalid, "the answer to an access review holds no verdict"};
  std::string reason = text_at(status, {"reason"});
  if (reason.empty()) reason = text_at(status, {"evaluationError"});
  return AccessAnswer{bool_at(status, {"allowed"}) && !bool_at(status, {"denied"}), printable(reason)};
}

}  // namespace refloat
