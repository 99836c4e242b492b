#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sim/child_process.h"
#include "sim/free_port.h"
#include "unit/postgres/fixture.h"

namespace refloat::test {
namespace {

namespace fs = std::filesystem;

// A real PgBouncer in transaction mode in front of the server.
class Bouncer {
 public:
  static constexpr const char* program = "/usr/sbin/pgbouncer";

  Bouncer() {
    std::string pattern = (fs::temp_directory_path() / "refloat-bouncer-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    chmod(directory_.c_str(), 0755);
    // auth_type any passes no password on, so the pool logs in as a role of its own
    (void)server().execute("postgres", "CREATE ROLE bouncer LOGIN PASSWORD 'word' IN ROLE temporal");
    for (int attempt = 0; attempt < 5 && pid_ < 0; ++attempt) launch();
  }
  Bouncer(const Bouncer&) = delete;
  Bouncer& operator=(const Bouncer&) = delete;
  ~Bouncer() {
    if (pid_ > 0) end();
    fs::remove_all(directory_);
  }
  [[nodiscard]] bool listening() const { return pid_ > 0; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string log() const {
    std::ifstream in(directory_ + "/log");
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  // Until it says that it listens; its port may have been taken meanwhile, and then another is tried.
  void launch() {
    port_ = free_port();
    std::ofstream(directory_ + "/pgbouncer.ini")
        << "[databases]\n* = host=127.0.0.1 port=" << server().port()
        << " user=bouncer password=word\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port_
        << "\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\nignore_startup_parameters = extra_float_digits,options\n"
           "logfile =\npidfile =\n";
    chmod((directory_ + "/pgbouncer.ini").c_str(), 0644);
    const auto user = unprivileged_user();
    ASSERT_TRUE(user);
    const auto child = spawn({program, directory_ + "/pgbouncer.ini"}, *user, "/", directory_ + "/log");
    ASSERT_TRUE(child);
    pid_ = *child;
    const std::string up = "listening on 127.0.0.1:" + std::to_string(port_);
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (log().find(up) == std::string::npos) {
      if (has_exited(pid_)) return static_cast<void>(pid_ = -1);
      if (std::chrono::steady_clock::now() > limit) return end();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  void end() {
    kill(pid_, SIGKILL);
    wait_for_exit(pid_);
    pid_ = -1;
  }

  std::string directory_;
  int port_ = 0;
  int pid_ = -1;
};

class PoolerTest : public DatabaseTest {};

TEST_F(PoolerTest, PoolerIsSeenAndNeverWrittenThrough) {
  ASSERT_TRUE(fs::exists(Bouncer::program)) << "apt-get install pgbouncer";
  create();
  kill_at("1.0", 12);
  const Bouncer bouncer;
  ASSERT_TRUE(bouncer.listening()) << bouncer.log();
  DatabaseTarget pooled = target();
  pooled.port = bouncer.port();
  const DatabaseReading reading = access_.read(pooled, Time{});
  ASSERT_EQ(reading.reach, Reach::ok) << reading.detail << bouncer.log();
  EXPECT_FALSE(reading.direct);
  EXPECT_TRUE(read().direct);
  EXPECT_EQ(reading.schema->metadata_rows.size(), 1U);
  const std::string before = dump();
  const auto answer = access_.repair(pooled, {RepairKind::remove_orphaned_metadata_row, {}, false});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::invalid) << answer.error().message;
  EXPECT_EQ(dump(), before);
}

}  // namespace
}  // namespace refloat::test
