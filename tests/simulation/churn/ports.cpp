#include "simulation/churn/ports.h"

#include "kube/errors.h"
#include "sim/api_server.h"

namespace refloat::simulation {

Error ChurnKube::away() const {
  if (mood_ == ServerMood::down) return {ErrorKind::transient, "connect: connection refused"};
  return error_of_status(
      sim::failure(403, "Forbidden", "forbidden: RBAC: clusterrole.rbac.authorization.k8s.io \"refloat\" not found").body);
}

Result<Json> ChurnKube::get(const Resource& object) {
  if (!up()) return away();
  Result<Json> found = kube_.get(object);
  if (found && hides_status_ && object.plural == "stacks") found->erase("status");
  return found;
}

Result<Json> ChurnKube::get_raw(const std::string& path) {
  return up() ? kube_.get_raw(path) : away();
}

Result<ObjectList> ChurnKube::list(const Resource& resource, const ListOptions& options) {
  return up() ? kube_.list(resource, options) : away();
}

Result<Json> ChurnKube::create(const Resource& resource, const Json& body, const WriteOptions& options) {
  return up() ? kube_.create(resource, body, options) : away();
}

Result<Json> ChurnKube::replace(const Resource& object, const Json& body, const WriteOptions& options) {
  return up() ? kube_.replace(object, body, options) : away();
}

Result<Json> ChurnKube::patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) {
  return up() ? kube_.patch(object, type, body, options) : away();
}

Result<Json> ChurnKube::remove(const Resource& object, const DeleteOptions& options) {
  return up() ? kube_.remove(object, options) : away();
}

Result<std::string> ChurnKube::logs(const std::string& ns, const std::string& pod, const LogOptions& options) {
  return up() ? kube_.logs(ns, pod, options) : away();
}

Result<AccessAnswer> ChurnKube::can_i(const AccessQuestion& question) {
  return up() ? kube_.can_i(question) : away();
}

DatabaseReading KnownDatabases::read(const DatabaseTarget& target, Time now) {
  if (gone_) {
    DatabaseReading silent;
    silent.name = target.name;
    silent.at = now;
    silent.reach = Reach::unreachable;
    silent.detail = "connection refused";
    return silent;
  }
  if (!server_.up()) return databases_->read(target, now);
  const auto known = known_.find(target.database);
  if (known == known_.end()) return known_[target.database] = databases_->read(target, now);
  known->second.at = now;
  return known->second;
}

}  // namespace refloat::simulation
