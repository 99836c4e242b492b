#include "probe/secret_reader.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "kube/kube_api.h"

namespace refloat {
namespace {

Error explain(const Error& error, const std::string& ns, const std::string& name) {
  const std::string secret = "Secret " + ns + "/" + name;
  if (error.kind == ErrorKind::denied) {
    return {error.kind, "may not read " + secret, "grant verb get on secrets, resourceNames [" + name + "], in namespace " + ns};
  }
  if (error.kind == ErrorKind::not_found) {
    return {error.kind, secret + " not found", "restore it; a credential is never made up or copied from elsewhere"};
  }
  return error.wrap("read " + secret);
}

}  // namespace

void wipe(Json& json) {
  for (Json& value : json) {
    if (value.is_structured()) wipe(value);
    if (!value.is_string()) continue;
    auto& text = value.get_ref<std::string&>();
    volatile char* bytes = text.data();
    for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = '\0';
  }
}

Result<SecretValues> SecretValues::read(KubeApi& api, const std::string& ns, const std::string& name) {
  Result<Json> answer = api.get({"", "v1", "secrets", ns, name, {}});
  if (!answer) return explain(answer.error(), ns, name);
  SecretValues values;
  values.display_ = ns + "/" + name;
  if (!answer->is_object() || !answer->contains("data")) return values;
  Json& data = (*answer)["data"];
  if (!data.is_object()) return values;
  for (const auto& [key, value] : data.items()) {
    if (!value.is_string()) continue;
    if (auto decoded = base64_decode(value.get_ref<const std::string&>())) values.values_.emplace(key, Secret(std::move(*decoded)));
  }
  wipe(data);  // it holds the values once more, in base64
  return values;
}

const Secret* SecretValues::find(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

Result<Secret> SecretValues::require(const std::string& key) const {
  if (const Secret* value = find(key)) return *value;
  std::vector<std::string> keys;
  for (const auto& entry : values_) keys.push_back(printable(entry.first, 60));
  return Error{ErrorKind::invalid, "Secret " + display_ + " has no key " + key,
               keys.empty() ? "it holds no keys at all" : "it has " + join(keys, ", ")};
}

std::string SecretValues::plain(const std::string& key) const {
  const Secret* value = find(key);
  return value == nullptr ? std::string() : trim(value->reveal());
}

}  // namespace refloat
