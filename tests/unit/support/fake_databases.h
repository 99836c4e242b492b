// A DatabaseAccess that answers by user and password, and remembers whom it was shown to.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "postgres/database.h"

namespace refloat::test {

class FakeDatabases final : public DatabaseAccess {
 public:
  std::map<std::string, std::string> passwords;  // user -> password the server accepts
  std::vector<DatabaseTarget> reads, logins;
  std::function<void(const DatabaseTarget&)> on_read;
  bool cannot_try = false;  // try_login cannot reach the server

  DatabaseReading read(const DatabaseTarget& target, Time now) override {
    reads.push_back(target);
    if (on_read) on_read(target);
    DatabaseReading reading;
    reading.name = target.name;
    reading.at = now;
    reading.user = target.user;
    reading.address = target.host + "/" + target.database;
    reading.reach = accepts(target) ? Reach::ok : Reach::refused_credentials;
    reading.detail = "server echoes \"" + target.password.reveal() + "\"";  // a hostile server
    reading.expect.error = "password=" + target.password.reveal();
    return reading;
  }
  LoginAnswer try_login(const DatabaseTarget& target, std::string& detail) override {
    logins.push_back(target);
    detail = "tried " + target.password.reveal();
    if (cannot_try) return LoginAnswer::not_tried;
    return accepts(target) ? LoginAnswer::accepted : LoginAnswer::refused;
  }
  Result<RepairAnswer> repair(const DatabaseTarget&, const RepairRequest&) override { return RepairAnswer{}; }

 private:
  [[nodiscard]] bool accepts(const DatabaseTarget& target) const {
    const auto found = passwords.find(target.user);
    return found != passwords.end() && found->second == target.password.reveal();
  }
};

}  // namespace refloat::test
