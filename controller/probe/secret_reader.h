// One Secret, read by name; its values never leave Secret.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "kube/kube_api.h"

namespace refloat {

// Overwrites every text in it before it is freed.
void wipe(Json& json);

class SecretValues {
 public:
  // not_found, denied and other errors name the Secret and what is missing, never a value.
  static Result<SecretValues> read(KubeApi& api, const std::string& ns, const std::string& name);

  // The value of a key, or an error that names the keys there are.
  [[nodiscard]] Result<Secret> require(const std::string& key) const;
  // The value of a key, or null.
  [[nodiscard]] const Secret* find(const std::string& key) const;
  // A value that is no secret by its nature (host, port, database, user), surrounding space removed; "" when absent.
  [[nodiscard]] std::string plain(const std::string& key) const;
  // "namespace/name".
  [[nodiscard]] const std::string& display() const { return display_; }

 private:
  std::string display_;
  std::map<std::string, Secret> values_;
};

}  // namespace refloat
