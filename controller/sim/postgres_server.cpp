#include "sim/postgres_server.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <memory>
#include <pqxx/pqxx>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "base/result.h"
#include "postgres/database.h"
#include "postgres/pqxx_database.h"
#include "sim/child_process.h"
#include "sim/free_port.h"
#include "sim/sql_session.h"

namespace refloat {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds start_limit{30};
constexpr std::chrono::seconds stop_limit{10};
constexpr int port_attempts_max = 5;
constexpr const char* prefix = "refloat-postgres-";

Error failure(const std::string& doing, const std::string& cause) {
  return {ErrorKind::transient, doing + ": " + cause};
}

// Debian keeps one folder per major version; the newest that has a server wins.
Result<std::string> newest_installation() {
  std::string best;
  int best_version = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    const std::string bin = entry.path().string() + "/bin";
    if (version > best_version && fs::exists(bin + "/postgres", ignored) && fs::exists(bin + "/initdb", ignored)) {
      best = bin;
      best_version = version;
    }
  }
  if (best.empty()) return Error{ErrorKind::not_found, "no PostgreSQL server is installed", "apt-get install postgresql"};
  return best;
}

std::string random_word() {
  static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::random_device source;
  std::string word;
  for (int i = 0; i < 24; ++i) word += alphabet[source() % alphabet.size()];
  return word;
}

std::string dsn_quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A killed process could not tidy up: its directory carries its pid, so that the next start can.
void remove_leftovers(const fs::path& parent) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(prefix, 0) != 0) continue;
    const int owner = std::atoi(name.c_str() + std::strlen(prefix));
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), ignored);
  }
}

template <class Work>
Result<> with_connection(const std::string& connection, const std::string& doing, const Work& work) {
  try {
    pqxx::connection session(connection);
    pqxx::nontransaction transaction(session);
    work(transaction);
    return ok();
  } catch (const std::exception& caught) {
    return failure(doing, caught.what());
  }
}

}  // namespace

Result<std::unique_ptr<PostgresServer>> PostgresServer::start(const PostgresOptions& options) {
  std::unique_ptr<PostgresServer> server(new PostgresServer());
  if (auto prepared = server->prepare(options); !prepared) return prepared.error();
  if (auto made = server->init_cluster(); !made) return made.error();
  Result<> launched = ok();
  for (int attempt = 0; attempt < port_attempts_max; ++attempt) {
    launched = server->launch(options);
    if (launched) return server;
  }
  return launched.error();
}

PostgresServer::~PostgresServer() {
  stop();
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

Result<> PostgresServer::prepare(const PostgresOptions& options) {
  auto bin = newest_installation();
  if (!bin) return bin.error();
  bin_ = *bin;
  password_ = random_word();
  std::error_code problem;
  const fs::path parent = options.temporary_directory.empty() ? fs::temp_directory_path(problem) : fs::path(options.temporary_directory);
  if (problem) return failure("find a temporary directory", problem.message());
  remove_leftovers(parent);
  std::string pattern = (parent / (prefix + std::to_string(getpid()) + "-XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr) return failure("create " + pattern, std::strerror(errno));
  directory_ = pattern;
  return ok();
}

Result<> PostgresServer::init_cluster() {
  const auto user = unprivileged_user();
  if (!user) return user.error();
  const std::string password_file = directory_ + "/password";
  std::ofstream(password_file) << password_ << '\n';
  fs::permissions(password_file, fs::perms::owner_read | fs::perms::owner_write);
  if (user->uid >= 0) {
    for (const std::string& path : {directory_, password_file}) {
      if (chown(path.c_str(), static_cast<uid_t>(user->uid), static_cast<gid_t>(user->gid)) != 0)
        return failure("chown", std::strerror(errno));
    }
  }
  const auto child = spawn({bin_ + "/initdb", "-D", directory_ + "/data", "-U", "postgres", "--pwfile=" + password_file, "-A",
                            "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"},
                           *user, directory_, directory_ + "/initdb.log");
  if (!child) return child.error();
  const int code = wait_for_exit(*child);
  std::error_code ignored;
  fs::remove(password_file, ignored);
  if (code != 0) return failure("initdb ended with " + std::to_string(code), read_file(directory_ + "/initdb.log"));
  return ok();
}

Result<> PostgresServer::launch(const PostgresOptions& options) {
  port_ = free_port();
  std::vector<std::string> settings{"listen_addresses=" + host_,
                                    "fsync=off",
                                    "synchronous_commit=off",
                                    "full_page_writes=off",
                                    "max_connections=60",
                                    "shared_buffers=32MB",
                                    "unix_socket_directories=" + directory_,
                                    "logging_collector=off",
                                    "log_line_prefix=app=%a db=%d "};
  if (options.log_statements) settings.emplace_back("log_statement=all");
  settings.insert(settings.end(), options.settings.begin(), options.settings.end());
  std::vector<std::string> command{bin_ + "/postgres", "-D", directory_ + "/data", "-p", std::to_string(port_)};
  for (const std::string& setting : settings) {
    command.emplace_back("-c");
    command.push_back(setting);
  }
  const auto user = unprivileged_user();
  if (!user) return user.error();
  const auto child = spawn(command, *user, directory_, directory_ + "/server.log");
  if (!child) return child.error();
  pid_ = *child;
  return wait_ready();
}

Result<> PostgresServer::wait_ready() {
  const auto limit = std::chrono::steady_clock::now() + start_limit;
  std::string last = "no answer";
  while (std::chrono::steady_clock::now() < limit) {
    if (!running()) return failure("postgres ended while starting", log());
    const auto answer = with_connection(admin_connection(), "connect", [](pqxx::nontransaction& session) { session.exec("SELECT 1"); });
    if (answer) return ok();
    last = answer.error().message;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  stop();
  return failure("start postgres", last);
}

bool PostgresServer::running() {
  if (pid_ > 0 && has_exited(pid_)) pid_ = -1;
  return pid_ > 0;
}

void PostgresServer::stop() {
  for (const int signal : {SIGINT, SIGQUIT, SIGKILL}) {
    if (!running()) return;
    kill(pid_, signal);
    const auto limit = std::chrono::steady_clock::now() + stop_limit;
    while (running() && std::chrono::steady_clock::now() < limit) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string PostgresServer::connection(const std::string& role, const std::string& password, const std::string& database) const {
  return "host=" + host_ + " port=" + std::to_string(port_) + " user=" + dsn_quoted(role) + " password=" + dsn_quoted(password) +
         " dbname=" + dsn_quoted(database) + " connect_timeout=5 sslmode=disable";
}

std::string PostgresServer::admin_connection(const std::string& database) const {
  return connection("postgres", password_, database);
}

Result<> PostgresServer::create_role(const std::string& name, const std::string& password) {
  return with_connection(admin_connection(), "create role " + name, [&](pqxx::nontransaction& session) {
    session.exec("CREATE ROLE " + session.quote_name(name) + " LOGIN PASSWORD " + session.quote(password));
  });
}

std::unique_ptr<DatabaseAccess> PostgresServer::access() {
  return std::make_unique<PqxxDatabase>();
}

Result<> PostgresServer::create_database(const std::string& name, const std::string& owner) {
  return create_database(name, owner, "template0");
}

Result<> PostgresServer::create_database(const std::string& name, const std::string& owner, const std::string& template_database) {
  return with_connection(admin_connection(), "create database " + name, [&](pqxx::nontransaction& session) {
    session.exec("CREATE DATABASE " + session.quote_name(name) + " OWNER " + session.quote_name(owner) + " TEMPLATE " +
                 session.quote_name(template_database));
  });
}

Result<> PostgresServer::drop_database(const std::string& name) {
  return with_connection(admin_connection(), "drop database " + name, [&](pqxx::nontransaction& session) {
    session.exec("DROP DATABASE IF EXISTS " + session.quote_name(name) + " WITH (FORCE)");
  });
}

Result<> PostgresServer::execute(const std::string& database, const std::string& sql) {
  return with_connection(admin_connection(database), "execute", [&](pqxx::nontransaction& session) { session.exec(sql); });
}

Result<TextRows> PostgresServer::query(const std::string& database, const std::string& sql) {
  TextRows rows;
  auto done = with_connection(admin_connection(database), "query", [&](pqxx::nontransaction& session) {
    for (const auto& row : session.exec(sql)) {
      std::vector<std::string>& texts = rows.emplace_back();
      for (const auto& field : row) texts.emplace_back(field.is_null() ? "" : field.c_str());
    }
  });
  if (!done) return done.error();
  return rows;
}

std::string PostgresServer::log() const {
  return read_file(directory_ + "/server.log");
}

std::string PostgresServer::program(const std::string& name) const {
  return bin_ + "/" + name;
}

}  // namespace refloat
