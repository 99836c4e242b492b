#include "model/credential_reading.h"

#include <array>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "model/strict_object.h"

namespace refloat {

const char* to_string(LoginAnswer answer) {
  switch (answer) {
    case LoginAnswer::accepted: return "accepted";
    case LoginAnswer::refused: return "refused";
    case LoginAnswer::not_tried: return "notTried";
  }
  return "notTried";
}

Json to_json(const CredentialReading& reading) {
  return {{"database", reading.database},
          {"at", format_micro_time(reading.at)},
          {"connectionSecret", reading.connection_secret},
          {"roleSecret", reading.role_secret},
          {"compared", reading.compared},
          {"differ", reading.differ},
          {"usersDiffer", reading.users_differ},
          {"withConnection", to_string(reading.with_connection)},
          {"withRole", to_string(reading.with_role)},
          {"detail", reading.detail}};
}

Result<CredentialReading> credential_reading_from_json(const Json& json) {
  static constexpr std::array answers{LoginAnswer::accepted, LoginAnswer::refused, LoginAnswer::not_tried};
  StrictObject object(json, "credential reading");
  CredentialReading reading;
  object.text("database", reading.database);
  object.time("at", reading.at);
  object.text("connectionSecret", reading.connection_secret);
  object.text("roleSecret", reading.role_secret);
  object.boolean("compared", reading.compared);
  object.boolean("differ", reading.differ);
  object.boolean("usersDiffer", reading.users_differ);
  object.word("withConnection", answers, reading.with_connection);
  object.word("withRole", answers, reading.with_role);
  object.text("detail", reading.detail);
  if (auto whole = object.finish(); !whole) return whole.error();
  return reading;
}

}  // namespace refloat
