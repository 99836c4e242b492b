#include "kube/user_credentials.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "kube/cached_file.h"
#include "kube/endpoint.h"
#include "kube/exec_plugin.h"
#include "kube/http.h"
#include "kube/kubeconfig.h"

namespace refloat {
namespace {

std::vector<std::pair<std::string, std::string>> impersonation_headers(const Impersonation& as) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (!as.user.empty()) headers.emplace_back("Impersonate-User", as.user);
  if (!as.uid.empty()) headers.emplace_back("Impersonate-Uid", as.uid);
  for (const std::string& group : as.groups) headers.emplace_back("Impersonate-Group", group);
  for (const auto& [key, value] : as.extra) headers.emplace_back("Impersonate-Extra-" + percent_encode(key), value);
  return headers;
}

// A PEM block that is given inline or stands in a file.
class Pem {
 public:
  Pem(std::string inline_pem, const std::string& file, Clock& clock) : inline_(std::move(inline_pem)) {
    if (inline_.empty() && !file.empty()) file_ = std::make_unique<CachedFile>(file, clock);
  }
  [[nodiscard]] Result<Secret> content() const { return file_ ? file_->content() : Result<Secret>(inline_); }
  void forget() const {
    if (file_) file_->forget();
  }

 private:
  Secret inline_;
  std::unique_ptr<CachedFile> file_;
};

class UserCredentials final : public Credentials {
 public:
  UserCredentials(const KubeUser& user, const ExecSurroundings& surroundings, Clock& clock, std::string certificate, std::string key)
      : headers_(impersonation_headers(user.as)),
        certificate_(std::move(certificate), user.client_cert_file, clock),
        key_(std::move(key), user.client_key_file, clock) {
    if (!user.token_file.empty()) {
      token_file_ = std::make_unique<CachedFile>(user.token_file, clock);
    } else if (!user.token.empty()) {
      fixed_ = bearer(user.token);
    } else if (!user.username.empty()) {
      fixed_ = Secret("Basic " + base64_encode(user.username + ":" + user.password.reveal()));
    } else if (user.exec) {
      exec_ = std::make_unique<ExecSource>(*user.exec, surroundings, clock);
    }
  }

  Result<Identity> current() override {
    Identity identity;
    identity.headers = headers_;
    identity.authorization = fixed_;
    if (const Result<> read = read_certificate(identity); !read) return read.error();
    if (const Result<> read = read_token_file(identity); !read) return read.error();
    if (const Result<> read = ask_plugin(identity); !read) return read.error();
    return identity;
  }

  bool renew(const Identity& refused) override {
    if (differs(refused)) return true;  // another thread has renewed it already
    if (token_file_) token_file_->forget();
    if (exec_) exec_->forget();
    certificate_.forget();
    key_.forget();
    return differs(refused);
  }

 private:
  static Secret bearer(const Secret& token) { return Secret("Bearer " + trim(token.reveal())); }

  bool differs(const Identity& refused) {
    const Result<Identity> now = current();
    return now && !(now->authorization.equals(refused.authorization) && now->client_cert_pem == refused.client_cert_pem);
  }

  Result<> read_certificate(Identity& identity) const {
    const Result<Secret> certificate = certificate_.content();
    if (!certificate) return certificate.error().wrap("read client-certificate");
    const Result<Secret> key = key_.content();
    if (!key) return key.error().wrap("read client-key");
    identity.client_cert_pem = certificate->reveal();
    identity.client_key_pem = *key;
    return ok();
  }

  Result<> read_token_file(Identity& identity) const {
    if (!token_file_) return ok();
    const Result<Secret> token = token_file_->content();
    if (!token) return token.error().wrap("read token file");
    identity.authorization = bearer(*token);
    return ok();
  }

  Result<> ask_plugin(Identity& identity) const {
    if (!exec_) return ok();
    Result<ExecCredential> credential = exec_->current();
    if (!credential) return credential.error();
    if (!credential->token.empty()) identity.authorization = bearer(credential->token);
    if (credential->client_cert_pem.empty() || !identity.client_cert_pem.empty()) return ok();
    identity.client_cert_pem = std::move(credential->client_cert_pem);
    identity.client_key_pem = std::move(credential->client_key_pem);
    return ok();
  }

  std::vector<std::pair<std::string, std::string>> headers_;
  Secret fixed_;
  Pem certificate_;
  Pem key_;
  std::unique_ptr<CachedFile> token_file_;
  std::unique_ptr<ExecSource> exec_;
};

Result<> check_certificate(const KubeUser& user) {
  const bool certificate = !user.client_cert_file.empty() || !user.client_cert_data.empty();
  const bool key = !user.client_key_file.empty() || !user.client_key_data.empty();
  if (certificate == key) return ok();
  return Error{ErrorKind::invalid, certificate ? "client-certificate without client-key" : "client-key without client-certificate"};
}

Result<> check(const KubeUser& user, bool interactive) {
  if (!user.auth_provider.empty()) {
    return Error{ErrorKind::invalid, "auth-provider \"" + printable(user.auth_provider, 60) + "\" is not supported",
                 "use an exec plugin, the mechanism that replaced auth-provider"};
  }
  const bool token = !user.token.empty() || !user.token_file.empty();
  if (token && !user.username.empty()) return Error{ErrorKind::invalid, "both a token and a username are given", "keep one of them"};
  const Impersonation& as = user.as;
  if (as.user.empty() && !as.empty())
    return Error{ErrorKind::invalid, "a uid, group or extra field to impersonate, but no user", "add `as`"};
  if (const Result<> whole = check_certificate(user); !whole) return whole;
  return user.exec ? check_exec_plugin(*user.exec, interactive) : ok();
}

std::optional<std::string> decoded(const std::string& data) {
  return data.empty() ? std::optional<std::string>("") : base64_decode(data);
}

}  // namespace

Result<std::shared_ptr<Credentials>> make_credentials(const KubeUser& user, const ExecSurroundings& surroundings, Clock& clock) {
  if (const Result<> sane = check(user, surroundings.interactive); !sane) return sane.error();
  auto certificate = decoded(user.client_cert_data);
  auto key = decoded(user.client_key_data.reveal());
  if (!certificate) return Error{ErrorKind::invalid, "client-certificate-data is no base64"};
  if (!key) return Error{ErrorKind::invalid, "client-key-data is no base64"};
  std::shared_ptr<Credentials> credentials =
      std::make_shared<UserCredentials>(user, surroundings, clock, std::move(*certificate), std::move(*key));
  return credentials;
}

}  // namespace refloat
