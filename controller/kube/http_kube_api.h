// The Kubernetes API over HTTP: the real implementation of the port.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/endpoint.h"
#include "kube/http.h"
#include "kube/kube_api.h"
#include "model/write.h"

namespace refloat {

struct HttpKubeOptions {
  std::string user_agent = "refloat";
  std::string field_manager = "refloat";
  Duration request_timeout{30000};  // for one call, its retries included
};

class HttpKubeApi final : public KubeApi {
 public:
  HttpKubeApi(Endpoint endpoint, std::shared_ptr<Credentials> credentials, Clock& clock, HttpKubeOptions options);

  std::string server() const override { return http_.endpoint().server; }
  Result<Json> get(const Resource& object) override;
  Result<Json> get_raw(const std::string& path) override;
  Result<ObjectList> list(const Resource& resource, const ListOptions& options) override;
  Result<Json> create(const Resource& resource, const Json& body, const WriteOptions& options) override;
  Result<Json> replace(const Resource& object, const Json& body, const WriteOptions& options) override;
  Result<Json> patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) override;
  Result<Json> remove(const Resource& object, const DeleteOptions& options) override;
  Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) override;
  Result<AccessAnswer> can_i(const AccessQuestion& question) override;

 private:
  // A request and whether the server may be asked again after it refused for want of capacity.
  struct Call {
    HttpRequest request;
    bool again_when_throttled = false;
  };

  Result<HttpResponse> exchange(Call call);
  Result<HttpResponse> attempt(const HttpRequest& request);
  Result<Json> json_of(Call call);
  Result<Json> page(const Resource& resource, const ListOptions& options, const std::string& token);
  Result<ObjectList> pages(const Resource& resource, const ListOptions& options, bool& expired);
  [[nodiscard]] HttpRequest read_request(std::string target) const;
  [[nodiscard]] HttpRequest write_request(std::string method, std::string target, const Json& body, const WriteOptions& options) const;

  HttpClient http_;
  std::shared_ptr<Credentials> credentials_;
  Clock& clock_;
  HttpKubeOptions options_;
};

}  // namespace refloat
