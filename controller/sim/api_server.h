// The API server's semantics without HTTP: requests in, status code and body out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "model/write.h"
#include "sim/access_rules.h"
#include "sim/audit_log.h"
#include "sim/object_store.h"
#include "sim/resource_types.h"
#include "sim/stored_object.h"

namespace refloat::sim {

// An HTTP answer: for a failure the body is a Status object.
struct Answer {
  int status = 200;
  StoredObject body = {};
  [[nodiscard]] bool ok() const { return status < 300; }
};

// Of a list request.
struct ListQuery {
  std::string label_selector, continue_token;
  int limit = 0;  // 0 = all
};

class ApiServer {
 public:
  explicit ApiServer(std::function<Time()> now) : now_(std::move(now)) {}

  Answer get(const std::string& user, const Resource& object);
  Answer list(const std::string& user, const Resource& resource, const ListQuery& query);
  Answer create(const std::string& user, const Resource& resource, Json body, bool dry_run = false);
  Answer replace(const std::string& user, const Resource& object, Json body, bool dry_run = false);
  Answer replace(const std::string& user, const Resource& object, StoredObject body, bool dry_run = false);
  Answer patch(const std::string& user, const Resource& object, PatchType type, Json patch, bool dry_run = false);
  Answer remove(const std::string& user, const Resource& object, const DeleteOptions& options);
  // Opening a watch is a request too; the events are read from the store's history.
  Answer open_watch(const std::string& user, const Resource& resource);
  Answer review_access(const std::string& user, const AccessQuestion& question);
  Answer read_log(const std::string& user, const std::string& ns, const std::string& pod);

  // The kubelet's last word: the grace period of a pod that is being deleted is over.
  Answer finish_pod(const std::string& user, const std::string& ns, const std::string& name, const std::string& uid);

  [[nodiscard]] Time now() const { return now_(); }
  ObjectStore& store() { return store_; }
  [[nodiscard]] const ObjectStore& store() const { return store_; }
  ResourceTypes& types() { return types_; }
  AccessRules& access() { return access_; }
  AuditLog& audit() { return audit_; }
  // From now on continue tokens given so far are too old.
  void expire_continue_tokens();

 private:
  struct Page {
    std::vector<StoredObject> items;  // what is left of the list
    std::string resource_version;
    bool expired = false;
  };
  // An update that changed nothing: as long as the object is the same, it changes nothing again.
  struct Idle {
    StoredObject current, body;
    std::string subresource;
  };
  // A request on its way: filled in step by step, audited at the end.
  struct Request {
    std::string user, verb;
    Resource target;
    bool dry_run = false;
    StoredObject body;
  };

  Answer audited(const Request& request, Answer answer, bool changed);
  Answer admit(const Request& request, const ResourceType** type) const;
  Answer accept_new(const Request& request, const ResourceType& type, Json& object) const;
  Answer commit_update(const Request& request, const ResourceType& type, const StoredObject& current, Json next, bool& changed);
  Answer checked_patch(const Request& request, PatchType type, bool& changed);
  Answer checked_remove(const Request& request, const DeleteOptions& options, bool& changed);
  Answer mark_deleted(const Request& request, const StoredObject& current, const DeleteOptions& options, bool& changed);
  Answer first_page(const Request& request, const ListQuery& query);
  Answer page_of(Page page, const ListQuery& query);

  std::function<Time()> now_;
  ObjectStore store_;
  ResourceTypes types_;
  AccessRules access_;
  AuditLog audit_;
  std::map<std::string, Page> pages_;
  std::map<Key, Idle> idle_;
  std::uint64_t tokens_ = 0;
};

// A Status body: {"kind":"Status","status":"Failure","reason":...,"message":...,"code":...}.
Answer failure(int code, const std::string& reason, const std::string& message);
// Whether `object` holds the finalizer.
bool has_finalizer(const Json& object, const std::string& finalizer);
// Key of the object a request names.
Key key_of(const Resource& resource);

}  // namespace refloat::sim
