#include "probe/tls.h"

#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "kube/kube_api.h"
#include "model/stack.h"
#include "postgres/database.h"
#include "probe/private_file.h"
#include "probe/secret_reader.h"

namespace refloat {
namespace {

Error invalid(std::string message, std::string hint = {}) {
  return {ErrorKind::invalid, std::move(message), std::move(hint)};
}

bool verifies(const std::string& mode) {
  return mode == "verify-ca" || mode == "verify-full";
}

Result<> consistent(const Tls& tls, const DatabaseTarget& target) {
  const bool known = tls.mode.empty() || tls.mode == "disable" || tls.mode == "require" || verifies(tls.mode);
  if (!known) return invalid("tls mode \"" + printable(tls.mode, 40) + "\" is unknown", "use disable, require, verify-ca or verify-full");
  if (!tls.mode.empty() && !target.ssl_mode.empty() && tls.mode != target.ssl_mode) {
    return invalid("the Stack asks for tls mode " + tls.mode + ", the DSN for " + printable(target.ssl_mode, 40),
                   "keep it in one place only");
  }
  const bool has_ca = !tls.ca_secret.empty() || !tls.ca_file.empty();
  if (!tls.ca_secret.empty() && !tls.ca_file.empty()) return invalid("tls names both a CA Secret and a CA file", "keep one of them");
  const std::string& mode = tls.mode.empty() ? target.ssl_mode : tls.mode;
  if (verifies(mode) && !has_ca && target.ssl_root_cert.empty())
    return invalid("tls mode " + mode + " needs a CA", "set tls.caSecret or tls.caFile");
  if (has_ca && !verifies(mode))
    return invalid("a CA is given but tls mode does not verify with it", "set tls.mode to verify-full or verify-ca");
  return ok();
}

Result<> write_ca(KubeApi& api, const Stack& stack, const std::string& secret, DatabaseTarget& target) {
  const Result<SecretValues> values = SecretValues::read(api, stack.workload_namespace, secret);
  if (!values) return values.error();
  const Result<Secret> pem = values->require("ca.crt");
  if (!pem) return pem.error();
  Result<std::shared_ptr<PrivateFile>> file = PrivateFile::create(pem->reveal());
  if (!file) return file.error();
  target.ssl_root_cert = (*file)->path();
  target.keeps = *file;
  return ok();
}

}  // namespace

Result<> apply_tls(KubeApi& api, const Stack& stack, const Tls& tls, DatabaseTarget& target) {
  if (Result<> checked = consistent(tls, target); !checked) return checked;
  if (!tls.mode.empty()) target.ssl_mode = tls.mode;
  if (!tls.ca_file.empty()) target.ssl_root_cert = tls.ca_file;
  return tls.ca_secret.empty() ? ok() : write_ca(api, stack, tls.ca_secret, target);
}

}  // namespace refloat
