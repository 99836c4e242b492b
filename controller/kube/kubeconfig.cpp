#include "kube/kubeconfig.h"

#include <yaml-cpp/yaml.h>

#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "kube/cached_file.h"

namespace refloat {
namespace {

// A value of the wrong form; thrown and caught in this file only.
struct Malformed {
  YAML::Mark where;
  std::string what;
};

YAML::Node child(const YAML::Node& map, const char* key) {
  if (!map.IsDefined() || map.IsNull()) return YAML::Node(YAML::NodeType::Undefined);
  if (!map.IsMap()) throw Malformed{map.Mark(), "expected fields such as " + std::string(key)};
  return map[key];
}

bool absent(const YAML::Node& node) {
  return !node.IsDefined() || node.IsNull();
}

std::string text(const YAML::Node& map, const char* key) {
  const YAML::Node node = child(map, key);
  if (absent(node)) return {};
  if (!node.IsScalar()) throw Malformed{node.Mark(), std::string(key) + " is no text"};
  return node.Scalar();
}

bool truth(const YAML::Node& map, const char* key) {
  const YAML::Node node = child(map, key);
  bool value = false;
  if (!absent(node) && !YAML::convert<bool>::decode(node, value))
    throw Malformed{node.Mark(), std::string(key) + " is neither true nor false"};
  return value;
}

YAML::Node sequence(const YAML::Node& map, const char* key) {
  const YAML::Node node = child(map, key);
  if (absent(node)) return YAML::Node(YAML::NodeType::Sequence);
  if (!node.IsSequence()) throw Malformed{node.Mark(), std::string(key) + " is no list"};
  return node;
}

std::vector<std::string> texts(const YAML::Node& map, const char* key) {
  std::vector<std::string> out;
  for (const YAML::Node& entry : sequence(map, key)) {
    if (!entry.IsScalar()) throw Malformed{entry.Mark(), "an entry of " + std::string(key) + " is no text"};
    out.push_back(entry.Scalar());
  }
  return out;
}

Json scalar_json(const YAML::Node& node) {
  if (node.Tag() == "!") return node.Scalar();  // quoted
  const Json parsed = Json::parse(node.Scalar(), nullptr, false);
  return parsed.is_number() || parsed.is_boolean() || parsed.is_null() ? parsed : Json(node.Scalar());
}

Json json_of(const YAML::Node& node) {
  if (absent(node)) return nullptr;
  if (node.IsScalar()) return scalar_json(node);
  Json out = node.IsSequence() ? Json::array() : Json::object();
  if (node.IsSequence()) {
    for (const YAML::Node& entry : node) out.push_back(json_of(entry));
  } else {
    for (const auto& entry : node) out[entry.first.Scalar()] = json_of(entry.second);
  }
  return out;
}

class Reader {
 public:
  explicit Reader(const std::string& file) : directory_(std::filesystem::path(file).parent_path()) {}

  Kubeconfig config(const YAML::Node& root) const {
    Kubeconfig out;
    out.current_context = text(root, "current-context");
    each(root, "clusters", "cluster",
         [&](const std::string& name, const YAML::Node& node) { return out.clusters.emplace(name, cluster(node)).second; });
    each(root, "users", "user",
         [&](const std::string& name, const YAML::Node& node) { return out.users.emplace(name, user(node)).second; });
    each(root, "contexts", "context", [&](const std::string& name, const YAML::Node& node) {
      return out.contexts.emplace(name, KubeContext{text(node, "cluster"), text(node, "user"), text(node, "namespace")}).second;
    });
    return out;
  }

 private:
  template <class Add>
  static void each(const YAML::Node& root, const char* list, const char* what, const Add& add) {
    for (const YAML::Node& entry : sequence(root, list)) {
      const std::string name = text(entry, "name");
      if (!add(name, child(entry, what)))
        throw Malformed{entry.Mark(), std::string(what) + " \"" + printable(name, 100) + "\" is named twice"};
    }
  }

  // A path of the file as a path of ours.
  [[nodiscard]] std::string path(const YAML::Node& map, const char* key) const {
    const std::string value = text(map, key);
    return value.empty() ? value : (directory_ / value).string();  // an absolute value replaces the directory
  }

  [[nodiscard]] KubeCluster cluster(const YAML::Node& node) const {
    KubeCluster out;
    out.server = text(node, "server");
    out.ca_file = path(node, "certificate-authority");
    out.ca_data = text(node, "certificate-authority-data");
    out.tls_server_name = text(node, "tls-server-name");
    out.proxy_url = Secret(text(node, "proxy-url"));
    out.insecure_skip_tls_verify = truth(node, "insecure-skip-tls-verify");
    out.disable_compression = truth(node, "disable-compression");
    for (const YAML::Node& extension : sequence(node, "extensions")) {
      if (text(extension, "name") == "client.authentication.k8s.io/exec") out.exec_config = json_of(child(extension, "extension"));
    }
    return out;
  }

  [[nodiscard]] KubeUser user(const YAML::Node& node) const {
    KubeUser out;
    out.client_cert_file = path(node, "client-certificate");
    out.client_cert_data = text(node, "client-certificate-data");
    out.client_key_file = path(node, "client-key");
    out.client_key_data = Secret(text(node, "client-key-data"));
    out.token = Secret(text(node, "token"));
    out.token_file = path(node, "tokenFile");
    out.username = text(node, "username");
    out.password = Secret(text(node, "password"));
    if (const YAML::Node exec = child(node, "exec"); !absent(exec)) out.exec = plugin(exec);
    out.auth_provider = text(child(node, "auth-provider"), "name");
    out.as = impersonation(node);
    return out;
  }

  [[nodiscard]] ExecPlugin plugin(const YAML::Node& node) const {
    ExecPlugin out;
    out.api_version = text(node, "apiVersion");
    out.command = text(node, "command");
    // A bare name is looked up in PATH; anything with a slash is a path, relative to the file.
    if (out.command.find('/') != std::string::npos) out.command = (directory_ / out.command).string();
    out.arguments = texts(node, "args");
    for (const YAML::Node& entry : sequence(node, "env")) out.environment.emplace_back(text(entry, "name"), Secret(text(entry, "value")));
    out.install_hint = text(node, "installHint");
    out.interactive_mode = text(node, "interactiveMode");
    out.provide_cluster_info = truth(node, "provideClusterInfo");
    return out;
  }

  static Impersonation impersonation(const YAML::Node& node) {
    Impersonation out;
    out.user = text(node, "as");
    out.uid = text(node, "as-uid");
    out.groups = texts(node, "as-groups");
    const YAML::Node extra = child(node, "as-user-extra");
    if (absent(extra)) return out;
    if (!extra.IsMap()) throw Malformed{extra.Mark(), "as-user-extra is no map"};
    for (const auto& entry : extra) {
      for (const std::string& value : texts(extra, entry.first.Scalar().c_str())) out.extra.emplace_back(entry.first.Scalar(), value);
    }
    return out;
  }

  std::filesystem::path directory_;
};

Error at_line(const std::string& file, const YAML::Mark& mark, const std::string& what) {
  const std::string line = mark.line >= 0 ? ":" + std::to_string(mark.line + 1) : "";
  return {ErrorKind::invalid, "kubeconfig " + printable(file) + line + ": " + what, "compare with `kubectl config view`"};
}

}  // namespace

Result<Kubeconfig> parse_kubeconfig(std::string_view text_of_file, const std::string& file) {
  try {
    const YAML::Node root = YAML::Load(std::string(text_of_file));
    return absent(root) ? Kubeconfig{} : Reader(file).config(root);
  } catch (const Malformed& malformed) {
    return at_line(file, malformed.where, malformed.what);
  } catch (const YAML::Exception& exception) {
    return at_line(file, exception.mark, "no valid YAML");  // its own words may quote a value
  } catch (const std::exception&) {
    return at_line(file, YAML::Mark::null_mark(), "no valid kubeconfig");
  }
}

void merge_kubeconfig(Kubeconfig& into, Kubeconfig later) {
  if (into.current_context.empty()) into.current_context = std::move(later.current_context);
  into.clusters.merge(later.clusters);
  into.users.merge(later.users);
  into.contexts.merge(later.contexts);
}

namespace {

Error unreadable(const Error& error) {
  Error out = error.wrap("read kubeconfig");
  if (out.hint.empty()) out.hint = "name a file that is there by --kubeconfig or KUBECONFIG";
  return out;
}

}  // namespace

Result<Kubeconfig> load_kubeconfig(const std::vector<std::string>& files, bool must_exist) {
  Kubeconfig merged;
  for (const std::string& file : files) {
    const Result<std::string> content = read_file(file);
    if (!content && content.error().kind == ErrorKind::not_found && !must_exist) continue;
    if (!content) return unreadable(content.error());
    Result<Kubeconfig> config = parse_kubeconfig(*content, file);
    if (!config) return config.error();
    merge_kubeconfig(merged, std::move(*config));
  }
  return merged;
}

}  // namespace refloat
