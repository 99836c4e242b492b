// An API server that may refuse to say what Playbooks there are, or say that Applications deploy to a cluster that nobody named.
#pragma once

#include <optional>
#include <string>

#include "kube/kube_api.h"

namespace refloat::simulation {

class RefusingKube final : public KubeApi {
 public:
  explicit RefusingKube(KubeApi& api) : api_(api) {}
  std::optional<ErrorKind> playbooks_fail;  // however they are read
  bool refuses_recoveries = false;          // none can be stored
  bool deploys_elsewhere = false;

  std::string server() const override { return api_.server(); }
  Destinations destinations() const override { return api_.destinations(); }
  Result<Json> get(const Resource& at) override {
    if (playbooks_fail && at.plural == "playbooks") return Error{*playbooks_fail, "may not get playbooks"};
    Result<Json> answer = api_.get(at);
    if (answer && deploys_elsewhere && at.plural == "applications") (*answer)["spec"]["destination"]["server"] = "https://elsewhere";
    return answer;
  }
  Result<Json> get_raw(const std::string& path) override { return api_.get_raw(path); }
  Result<ObjectList> list(const Resource& at, const ListOptions& options) override {
    if (playbooks_fail && at.plural == "playbooks") return Error{*playbooks_fail, "may not list playbooks"};
    return api_.list(at, options);
  }
  Result<Json> create(const Resource& at, const Json& body, const WriteOptions& options) override {
    if (refuses_recoveries && at.plural == "recoveries") return Error{ErrorKind::invalid, "request entity too large"};
    return api_.create(at, body, options);
  }
  Result<Json> replace(const Resource& at, const Json& body, const WriteOptions& options) override {
    return api_.replace(at, body, options);
  }
  Result<Json> patch(const Resource& at, PatchType type, const Json& body, const WriteOptions& options) override {
    return api_.patch(at, type, body, options);
  }
  Result<Json> remove(const Resource& at, const DeleteOptions& options) override { return api_.remove(at, options); }
  Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) override {
    return api_.logs(ns, pod, options);
  }
  Result<AccessAnswer> can_i(const AccessQuestion& question) override { return api_.can_i(question); }

 private:
  KubeApi& api_;
};

}  // namespace refloat::simulation
