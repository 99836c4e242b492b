// What every simulated controller gets: the API server under its own name, and timers.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/timers.h"

namespace refloat::sim {

class ControlPlane {
 public:
  ControlPlane(ApiServer& api, Timers& timers, std::string user) : api_(&api), timers_(&timers), user_(std::move(user)) {}

  // Copies of all objects of a resource, in all namespaces.
  [[nodiscard]] std::vector<Json> all(const std::string& group, const std::string& plural) const;
  // Null when it is not there.
  [[nodiscard]] Json find(const std::string& group, const std::string& plural, const std::string& ns, const std::string& name) const;
  // By apiVersion and kind of a manifest; null when it is not there or the kind is unknown.
  [[nodiscard]] Json find_like(const Json& manifest) const;

  Answer create(const Json& object);
  Answer patch(const Json& object, const Json& patch);
  // The status of a kind that has a status subresource; nothing is sent when it is already so.
  void set_status(const Json& object, const Json& status);
  Answer remove(const Json& object, const std::string& propagation);
  void remove_finalizer(const Json& object, const std::string& finalizer);

  void wake_at(Time when) { timers_->wake_at(when); }
  ApiServer& api() { return *api_; }
  [[nodiscard]] const std::string& user() const { return user_; }
  // Address of an object by its own apiVersion, kind, namespace and name.
  [[nodiscard]] Resource resource_of(const Json& object) const;

 private:
  ApiServer* api_;
  Timers* timers_;
  std::string user_;
};

// Name, namespace and uid of an object.
std::string name_of(const Json& object);
std::string ns_of(const Json& object);
std::string uid_of(const Json& object);
bool is_deleting(const Json& object);
// Whether `object` has an owner reference with this uid.
bool owned_by(const Json& object, const std::string& uid);
// {"apiVersion","kind","name","uid","controller","blockOwnerDeletion"}.
Json owner_reference(const Json& owner);
// Adds or changes the condition of this type; lastTransitionTime moves only when its status does.
void set_condition(Json& status, const std::string& type, bool value, const std::string& reason, const std::string& message, Time now);
// Whether the condition of this type is present and True.
bool condition_true(const Json& object, const std::string& type);

}  // namespace refloat::sim
