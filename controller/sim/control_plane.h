// What every simulated controller gets: the API server under its own name, and timers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/stored_object.h"
#include "sim/timers.h"

namespace refloat::sim {

class ControlPlane {
 public:
  ControlPlane(ApiServer& api, Timers& timers, std::string user) : api_(&api), timers_(&timers), user_(std::move(user)) {}

  // All objects of a resource as they are now, in all namespaces.
  [[nodiscard]] std::vector<StoredObject> all(const std::string& group, const std::string& plural) const;
  // Null when it is not there.
  [[nodiscard]] StoredObject find(const std::string& group, const std::string& plural, const std::string& ns,
                                  const std::string& name) const;
  // By apiVersion and kind of a manifest; null when it is not there or the kind is unknown.
  [[nodiscard]] StoredObject find_like(const Json& manifest) const;

  // The revision of the last change of a resource.
  [[nodiscard]] std::int64_t changed(const std::string& group, const std::string& plural) const {
    return api_->store().changed(group, plural);
  }
  // How many requests were sent so far, by anybody.
  [[nodiscard]] std::size_t requests() const { return api_->audit().size(); }

  Answer create(const Json& object);
  Answer patch(const Json& object, Json patch);
  // The status of a kind that has a status subresource; nothing is sent, and false returned, when it is already so.
  bool set_status(const Json& object, const Json& status);
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

// The string at a path, not copied; "" when absent or of another type.
std::string_view view_at(const Json& object, std::initializer_list<const char*> path);
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
