#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sim/child_process.h"
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
    port_ = 20000 + getpid() % 20000;
    std::ofstream(directory_ + "/pgbouncer.ini")
        << "[databases]\n* = host=127.0.0.1 port=" << server().port()
        << " user=bouncer password=word\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port_
        << "\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\nignore_startup_parameters = extra_float_digits,options\n";
    // auth_type any passes no password on, so the pool logs in as a role of its own
    (void)server().execute("postgres", "CREATE ROLE bouncer LOGIN PASSWORD 'word' IN ROLE temporal");
    std::ofstream(directory_ + "/pgbouncer.ini", std::ios::app) << "logfile =\npidfile =\n";
    const auto user = unprivileged_user();
    EXPECT_TRUE(user);
    for (const std::string& path : {directory_, directory_ + "/pgbouncer.ini"}) {
      chmod(path.c_str(), 0755);
    }
    const auto child = spawn({program, directory_ + "/pgbouncer.ini"}, *user, "/", directory_ + "/log");
    EXPECT_TRUE(child);
    pid_ = child ? *child : -1;
  }
  Bouncer(const Bouncer&) = delete;
  Bouncer& operator=(const Bouncer&) = delete;
  ~Bouncer() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      wait_for_exit(pid_);
    }
    fs::remove_all(directory_);
  }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string log() const {
    std::ifstream in(directory_ + "/log");
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string directory_;
  int port_ = 0;
  int pid_ = -1;
};

class PoolerTest : public DatabaseTest {};

TEST_F(PoolerTest, PoolerIsSeenAndNeverWrittenThrough) {
  if (!fs::exists(Bouncer::program)) {
    std::printf("pgbouncer is not installed (apt-get install pgbouncer): pooler detection was not tried against a real one\n");
    return;
  }
  create();
  kill_at("1.0", 12);
  Bouncer bouncer;
  DatabaseTarget pooled = target();
  pooled.port = bouncer.port();
  DatabaseReading reading = access_.read(pooled, Time{});
  for (int i = 0; i < 100 && reading.reach == Reach::unreachable; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // it is still starting
    reading = access_.read(pooled, Time{});
  }
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
