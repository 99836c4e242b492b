#include "simulation/memory/memory_server.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

namespace refloat::simulation {

namespace {

constexpr const char* separator = "\x1f";  // between the parts of a connection's text

// One session: statements commit by themselves, except between BEGIN and COMMIT.
class MemorySession final : public SqlSession {
 public:
  MemorySession(MemoryServer& server, std::string role, std::string database)
      : server_(server),
        role_(std::move(role)),
        database_(std::move(database)),
        born_(server.find(database_)->born),
        pid_(server.next_pid()) {
    server_.clients().push_back({pid_, role_, database_, ""});
  }
  ~MemorySession() override {
    roll_back();
    std::erase_if(server_.clients(), [&](const MemoryClient& client) { return client.pid == pid_; });
  }
  MemorySession(const MemorySession&) = delete;
  MemorySession& operator=(const MemorySession&) = delete;

  Result<TextRows> run(const std::string& statement) override {
    MemoryDatabase* database = present();
    if (database == nullptr) return Error{ErrorKind::transient, "FATAL:  terminating connection due to administrator command"};
    for (MemoryClient& client : server_.clients()) {
      if (client.pid == pid_) client.last = statement;
    }
    if (statement == "BEGIN") {
      before_ = database->schema;
      return TextRows{};
    }
    if (statement == "ROLLBACK" || (statement == "COMMIT" && failed_)) roll_back();
    if (statement == "ROLLBACK" || statement == "COMMIT") {
      before_.reset();
      failed_ = false;
      return TextRows{};
    }
    if (failed_)
      return Error{ErrorKind::invalid, "ERROR:  current transaction is aborted, commands ignored until end of transaction block\n"};
    auto rows = run_statement(*database, role_, statement);
    failed_ = before_ && !rows;
    return rows;
  }

 private:
  MemoryDatabase* present() {
    MemoryDatabase* database = server_.find(database_);
    return database != nullptr && database->born == born_ ? database : nullptr;
  }
  void roll_back() {
    MemoryDatabase* database = present();
    if (before_ && database != nullptr) database->schema = std::move(*before_);
    before_.reset();
  }

  MemoryServer& server_;
  std::string role_, database_;
  int born_;
  int pid_;
  std::optional<MemorySchema> before_;
  bool failed_ = false;
};

Error no_server(const std::string& words) {
  return {ErrorKind::transient, words};
}

}  // namespace

std::string MemoryServer::connection(const std::string& role, const std::string& password, const std::string& database) const {
  return role + separator + password + separator + database;
}

std::string MemoryServer::refusal(const std::string& role, const std::string& password, const std::string& database) const {
  const std::string at = "connection to server at \"" + host_ + "\", port " + std::to_string(looks_.port) + " failed: ";
  if (!up_) return at + "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?";
  const auto known = passwords_.find(role);
  if (known == passwords_.end() || known->second != password)
    return at + "FATAL:  password authentication failed for user \"" + role + "\"";
  if (databases_.count(database) == 0) return at + "FATAL:  database \"" + database + "\" does not exist";
  return "";
}

SqlOpener MemoryServer::opener() {
  return [this](const std::string& connection) -> Result<std::unique_ptr<SqlSession>> {
    const std::vector<std::string> parts = split(connection, separator[0]);
    if (const std::string why = refusal(parts.at(0), parts.at(1), parts.at(2)); !why.empty()) return no_server(why);
    return std::unique_ptr<SqlSession>(std::make_unique<MemorySession>(*this, parts[0], parts[2]));
  };
}

Result<> MemoryServer::create_role(const std::string& name, const std::string& password) {
  if (!passwords_.emplace(name, password).second) return Error{ErrorKind::invalid, "role \"" + name + "\" already exists"};
  return ok();
}

Result<> MemoryServer::create_database(const std::string& name, const std::string& owner) {
  if (databases_.count(name) != 0) return Error{ErrorKind::invalid, "database \"" + name + "\" already exists"};
  databases_[name] = MemoryDatabase{owner, {}, ++births_};
  return ok();
}

Result<> MemoryServer::drop_database(const std::string& name) {
  databases_.erase(name);
  return ok();
}

MemoryDatabase* MemoryServer::find(const std::string& database) {
  const auto found = databases_.find(database);
  return found == databases_.end() ? nullptr : &found->second;
}

Result<TextRows> MemoryServer::query(const std::string& database, const std::string& sql) {
  MemoryDatabase* found = find(database);
  if (found == nullptr) return Error{ErrorKind::transient, "FATAL:  database \"" + database + "\" does not exist"};
  return run_statement(*found, memory_superuser, sql);
}

Result<> MemoryServer::execute(const std::string& database, const std::string& sql) {
  const auto rows = query(database, sql);
  return rows ? ok() : Result<>(rows.error());
}

}  // namespace refloat::simulation
