// Which of two Secrets a role's database accepts. Values never leave the probe: only these verdicts do.
#pragma once

#include <string>

#include "base/json.h"
#include "base/time.h"

namespace refloat {

enum class LoginAnswer { accepted, refused, not_tried };

const char* to_string(LoginAnswer answer);

struct CredentialReading {
  std::string database;  // as in the Stack
  Time at{};
  std::string connection_secret;  // name of the Secret the service logs in with
  std::string role_secret;        // name of the Secret the operator sets the role's password from
  bool compared = false;          // both were read
  bool differ = false;            // their password values differ
  bool users_differ = false;
  LoginAnswer with_connection = LoginAnswer::not_tried;
  LoginAnswer with_role = LoginAnswer::not_tried;
  std::string detail;  // why something was not tried
};

Json to_json(const CredentialReading& reading);
Result<CredentialReading> credential_reading_from_json(const Json& json);

}  // namespace refloat
