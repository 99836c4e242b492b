#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "unit/postgres/fixture.h"

namespace refloat::test {
namespace {

// Passes one connection on to the server and cuts it once the client has said `word`: before passing it on, or right after.
class CuttingProxy {
 public:
  CuttingProxy(int server_port, std::string word, bool pass_on) : word_(std::move(word)), pass_on_(pass_on) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, generic, size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, server_port] { serve(server_port); });
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  ~CuttingProxy() {
    thread_.join();
    close(listener_);
  }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] bool cut() const { return cut_; }

 private:
  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }

  void serve(int server_port) {
    const int client = accept(listener_, nullptr, nullptr);
    const int upstream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(server_port);
    EXPECT_EQ(connect(upstream, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    std::array<pollfd, 2> both{{{client, POLLIN, 0}, {upstream, POLLIN, 0}}};
    while (!cut_ && poll(both.data(), both.size(), 30000) > 0) {
      if ((both[0].revents != 0 && !forward(client, upstream, true)) || (both[1].revents != 0 && !forward(upstream, client, false))) break;
    }
    close(client);
    std::array<char, 4096> rest{};
    shutdown(upstream, SHUT_WR);
    while (read(upstream, rest.data(), rest.size()) > 0) continue;  // until the server has finished with what it was told
    close(upstream);
  }

  bool forward(int from, int to, bool watched) {
    std::array<char, 65536> buffer{};
    const auto count = read(from, buffer.data(), buffer.size());
    if (count <= 0) return false;
    const auto size = static_cast<std::size_t>(count);
    cut_ = watched && std::string(buffer.data(), size).find(word_) != std::string::npos;
    if (cut_ && !pass_on_) return false;
    return write(to, buffer.data(), size) == count;
  }

  std::string word_;
  bool pass_on_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> cut_{false};
  std::thread thread_;
};

class InterruptionTest : public DatabaseTest {
 protected:
  Error interrupted_repair(const std::string& word, bool pass_on) {
    create();
    kill_at("1.0", 12);
    CuttingProxy proxy(server().port(), word, pass_on);
    DatabaseTarget through = target();
    through.port = proxy.port();
    through.ssl_mode = "disable";
    const auto answer = access_.repair(through, {RepairKind::remove_orphaned_metadata_row, {}, false});
    EXPECT_FALSE(answer);
    EXPECT_TRUE(proxy.cut());
    return answer ? Error{} : answer.error();
  }
};

TEST_F(InterruptionTest, UnansweredCommitThatArrivedIsAmbiguousAndDone) {
  EXPECT_EQ(interrupted_repair("COMMIT", true).kind, ErrorKind::ambiguous);
  EXPECT_TRUE(schema().metadata_rows.empty());
}

TEST_F(InterruptionTest, UnansweredCommitThatNeverArrivedIsAmbiguousAndNotDone) {
  EXPECT_EQ(interrupted_repair("COMMIT", false).kind, ErrorKind::ambiguous);
  EXPECT_EQ(schema().metadata_rows.size(), 1U);
}

TEST_F(InterruptionTest, ConnectionLostBeforeCommitIsTransientAndNotDone) {
  EXPECT_EQ(interrupted_repair("DELETE FROM public.namespace_metadata", true).kind, ErrorKind::transient);
  EXPECT_EQ(schema().metadata_rows.size(), 1U);
}

}  // namespace
}  // namespace refloat::test
