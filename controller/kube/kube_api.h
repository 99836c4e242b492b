// The Kubernetes API as a port: the smallest set of calls that everything else uses. Implemented by kube/http_kube_api (real) and sim/
// (simulated). Watches are streams and have a port of their own: stream_transport.h.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/destinations.h"
#include "model/write.h"

namespace refloat {

// A resource type, and one object of it when `name` is set.
struct Resource {
  std::string group, version, plural;  // group is empty for core
  std::string ns;                      // empty = cluster-scoped, or all namespaces for list and watch
  std::string name;
  std::string subresource;

  // "/apis/batch/v1/namespaces/x/jobs/y"; every segment is percent-encoded.
  [[nodiscard]] std::string path() const;
};

struct ListOptions {
  std::string label_selector = {};
  int page_size = 500;
  std::string resource_version = {};  // "" = consistent read
};

// A whole list, all pages joined.
struct ObjectList {
  std::vector<Json> items;
  std::string resource_version;  // of the first page: where a watch starts
};

struct WriteOptions {
  bool dry_run = false;  // dryRun=All: admission and validation, no change
  bool force = false;    // server-side apply only
};

struct DeleteOptions {
  std::string uid = {}, resource_version = {};  // preconditions; mismatch = ErrorKind::stale
  std::string propagation = "Background";
  bool dry_run = false;
};

struct LogOptions {
  std::string container = {};
  bool previous = false;  // of the container's previous instance
  int tail_lines = 100;
  int limit_bytes = 256 * 1024;
};

// One access question: may I `verb` this resource?
struct AccessQuestion {
  std::string verb = {}, group = {}, resource = {}, subresource = {}, ns = {}, name = {};
};
struct AccessAnswer {
  bool allowed = false;
  std::string reason;
};

class KubeApi {
 public:
  virtual ~KubeApi() = default;

  // Where this talks to, for reports: "https://host:port".
  virtual std::string server() const = 0;
  // The clusters that a Resource's namespace may name (model/place.h); others are refused, never taken for a namespace of our own.
  virtual Destinations destinations() const { return server(); }
  virtual Result<Json> get(const Resource& object) = 0;
  // GET of a path that is no resource: "/version", "/readyz" (the body is a JSON string when it is no JSON).
  virtual Result<Json> get_raw(const std::string& path) = 0;
  virtual Result<ObjectList> list(const Resource& resource, const ListOptions& options) = 0;
  virtual Result<Json> create(const Resource& resource, const Json& body, const WriteOptions& options) = 0;
  virtual Result<Json> replace(const Resource& object, const Json& body, const WriteOptions& options) = 0;
  virtual Result<Json> patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) = 0;
  virtual Result<Json> remove(const Resource& object, const DeleteOptions& options) = 0;
  virtual Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) = 0;
  virtual Result<AccessAnswer> can_i(const AccessQuestion& question) = 0;
};

}  // namespace refloat
