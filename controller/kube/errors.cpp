#include "kube/errors.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "kube/endpoint.h"

namespace refloat {
namespace {

// A gateway's 502 to 504, and a 500 of etcd, may hide that the write was done; the API server's own 503, which is a Status, and 429 refuse
// before doing anything.
ErrorKind server_trouble(int status, bool effect, bool structured) {
  const bool unknown = status == 500 || status == 502 || status == 504 || (status == 503 && !structured);
  return effect && unknown ? ErrorKind::ambiguous : ErrorKind::transient;
}

ErrorKind kind_of(int status, bool effect, bool structured) {
  switch (status) {
    case 401: return ErrorKind::unauthenticated;
    case 403: return ErrorKind::denied;
    case 404: return ErrorKind::not_found;
    case 409: return ErrorKind::stale;
    case 410: return ErrorKind::gone;
    case 408: return effect ? ErrorKind::ambiguous : ErrorKind::timed_out;
    case 429: return ErrorKind::transient;
    default: return status >= 500 ? server_trouble(status, effect, structured) : ErrorKind::invalid;
  }
}

// "the server could not find the requested resource" is about the type, any other 404 about one object.
bool type_is_missing(const std::string& words) {
  return words.find("could not find the requested resource") != std::string::npos || words.find("page not found") != std::string::npos;
}

// What stands between the two in `words`; "" where one is missing.
std::string between(const std::string& words, const std::string& before, const std::string& after) {
  const std::size_t found = words.find(before);
  if (found == std::string::npos) return {};
  const std::size_t begin = found + before.size();
  const std::size_t end = words.find(after, begin);
  return end == std::string::npos ? std::string() : words.substr(begin, end - begin);
}

// From `pods is forbidden: User "jane" cannot list resource "pods/log" in API group "" in the namespace "shop"`. Policies and quotas
// answer 403 as well.
std::string right_to_grant(const std::string& words) {
  const std::string verb = between(words, " cannot ", " resource \"");
  const std::string resource = between(words, " resource \"", "\"");
  if (verb.empty() || resource.empty()) return "a right is missing, or a policy or quota of the cluster forbids it: the message says which";
  const std::string group = between(words, " in API group \"", "\"");
  const std::string ns = between(words, " in the namespace \"", "\"");
  const std::size_t slash = std::min(resource.find('/'), resource.size());
  const std::string qualified = resource.substr(0, slash) + (group.empty() ? "" : "." + group) + resource.substr(slash);
  return "grant verb " + verb + " on " + qualified + (ns.empty() ? " in the whole cluster" : " in namespace " + ns);
}

std::string hint_of(int status, const std::string& words) {
  switch (status) {
    case 301:
    case 302:
    case 307:
    case 308: return "the server redirects: is its address that of the API server itself?";
    case 401: return "log in again, or check the credentials of this user in the kubeconfig";
    case 403: return right_to_grant(words);
    case 404: return type_is_missing(words) ? "is this kind installed in the cluster?" : "";
    case 415: return "this kind does not support that type of patch";
    default: return {};
  }
}

// A short HTML or text page is quoted by its first words only.
std::string words_of_text(const std::string& body) {
  return printable(trim(body), 200);
}

std::string causes_of(const Json& status) {
  const Json& causes = at_path(status, {"details", "causes"});
  if (!causes.is_array()) return {};
  std::string out;
  for (const Json& cause : causes) {
    const std::string field = text_at(cause, {"field"});
    const std::string words = text_at(cause, {"message"});
    if (words.empty() || text_at(status, {"message"}).find(words) != std::string::npos) continue;
    out += (out.empty() ? " (" : "; ") + (field.empty() ? "" : field + ": ") + words;
  }
  return out.empty() ? out : out + ")";
}

std::string words_of_status(const Json& status) {
  std::string words = text_at(status, {"message"});
  if (words.empty()) words = text_at(status, {"reason"});
  return printable(words + causes_of(status), 600);
}

bool is_status(const Json& json) {
  return text_at(json, {"kind"}) == "Status";
}

int seconds_of(const Json& status) {
  return static_cast<int>(std::clamp<std::int64_t>(int_at(status, {"details", "retryAfterSeconds"}), 0, 3600));
}

std::vector<Secret> secrets_of(const Identity& identity) {
  std::vector<Secret> secrets;
  const std::string& header = identity.authorization.reveal();
  const std::size_t space = header.find(' ');
  if (space != std::string::npos && space + 1 < header.size()) secrets.emplace_back(header.substr(space + 1));
  return secrets;
}

}  // namespace

Error error_of(const Refusal& refusal) {
  const Result<Json> json = parse_json(refusal.body);
  const bool structured = json && is_status(*json);
  std::string words = structured ? words_of_status(*json) : words_of_text(refusal.body);
  Error error{kind_of(refusal.status, refusal.effect, structured), "HTTP " + std::to_string(refusal.status), hint_of(refusal.status, words),
              0};
  if (!words.empty()) error.message += ": " + words;
  error.retry_after_s = std::max(refusal.retry_after_s, structured ? seconds_of(*json) : 0);
  return error;
}

Error error_of_status(const Json& status) {
  int code = static_cast<int>(std::clamp<std::int64_t>(int_at(status, {"code"}), 0, 999));
  const std::string reason = text_at(status, {"reason"});
  if (reason == "Expired" || reason == "Gone") code = 410;
  if (code == 0) code = 500;
  return {kind_of(code, false, true), std::to_string(code) + ": " + words_of_status(status), {}, seconds_of(status)};
}

Error without_secrets(Error error, const Identity& identity) {
  error.message = redact(std::move(error.message), secrets_of(identity));
  return error;
}

}  // namespace refloat
