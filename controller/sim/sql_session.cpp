#include "sim/sql_session.h"

#include <exception>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace refloat {

namespace {

class PqxxSession final : public SqlSession {
 public:
  explicit PqxxSession(const std::string& connection) : connection_(connection) {}

  Result<TextRows> run(const std::string& statement) override {
    try {
      pqxx::nontransaction session(connection_);
      TextRows rows;
      for (const auto& row : session.exec(statement)) {
        std::vector<std::string>& texts = rows.emplace_back();
        for (const auto& field : row) texts.emplace_back(field.is_null() ? "" : field.c_str());
      }
      return rows;
    } catch (const pqxx::sql_error& caught) {
      return Error{ErrorKind::invalid, caught.what()};
    } catch (const std::exception& caught) {
      return Error{ErrorKind::transient, caught.what()};
    }
  }

 private:
  pqxx::connection connection_;
};

}  // namespace

Result<std::unique_ptr<SqlSession>> open_session(const std::string& connection) {
  try {
    return std::unique_ptr<SqlSession>(std::make_unique<PqxxSession>(connection));
  } catch (const std::exception& caught) {
    return Error{ErrorKind::transient, caught.what()};
  }
}

std::string driver_words(const std::string& message) {
  std::string words = message.substr(0, message.find('\n'));
  for (const std::string_view severity : {"ERROR:  ", "FATAL:  "}) {
    const auto at = words.find(severity);
    if (at != std::string::npos) words = words.substr(at + severity.size());
  }
  return words.find("Connection refused") != std::string::npos ? "dial tcp: connect: connection refused" : "pq: " + trim(words);
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace refloat
