// Who is trusted, under which name, and which certificate we show: against openssl's own server with certificates made here.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/base64.h"
#include "kube/connect.h"
#include "unit/kube/support.h"

namespace refloat {
namespace {

using test::content;
using test::ManualClock;
using test::TempDir;

// An authority, a server certificate for the name kube.test and a client certificate.
constexpr const char* make_certificates = R"sh(
set -e
cd "$1"
make() { # name subject extensions
  openssl req -newkey rsa:2048 -nodes -keyout $1.key -subj "$2" -out $1.csr 2>/dev/null
  printf '%s\n' "$3" > $1.ext
  openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile $1.ext -out $1.crt 2>/dev/null
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -subj /CN=authority -days 2 -out ca.crt 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -subj /CN=other -days 2 -out other.crt 2>/dev/null
make server /CN=kube.test subjectAltName=DNS:kube.test
make client /CN=me extendedKeyUsage=clientAuth
printf 'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"major":"1"}' > version
)sh";

// openssl s_server serving the files of a directory as whole HTTP answers; wants a client certificate of the authority.
class TlsServer {
 public:
  explicit TlsServer(const std::string& directory) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    child_ = ::fork();
    if (child_ == 0) {
      (void)::dup2(ends[1], STDOUT_FILENO);
      (void)::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
      if (::chdir(directory.c_str()) != 0) ::_exit(1);
      ::execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert", "server.crt", "-key", "server.key", "-CAfile",
               "ca.crt", "-Verify", "2", "-verify_return_error", static_cast<char*>(nullptr));
      ::_exit(1);
    }
    (void)::close(ends[1]);
    read_port(ends[0]);
    output_ = ends[0];
  }
  ~TlsServer() {
    (void)::kill(child_, SIGKILL);
    (void)::waitpid(child_, nullptr, 0);
    (void)::close(output_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  [[nodiscard]] std::string port() const { return port_; }

 private:
  // "ACCEPT 127.0.0.1:PORT"
  void read_port(int descriptor) {
    std::string line;
    char byte = 0;
    while (::read(descriptor, &byte, 1) == 1) {
      if (byte != '\n') {
        line += byte;
      } else if (line.rfind("ACCEPT ", 0) == 0) {
        port_ = line.substr(line.rfind(':') + 1);
        return;
      } else {
        line.clear();
      }
    }
  }

  pid_t child_ = -1;
  int output_ = -1;
  std::string port_;
};

class Tls : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir = new TempDir;
    const std::string script = dir->write("make.sh", make_certificates);
    ASSERT_EQ(std::system(("sh " + script + " " + dir->path()).c_str()), 0) << "is openssl installed?";
    server = new TlsServer(dir->path());
    ASSERT_FALSE(server->port().empty());
  }
  static void TearDownTestSuite() {
    delete server;
    delete dir;
    server = nullptr;
    dir = nullptr;
  }

  // The answer to /version with these fields of cluster and user.
  Result<Json> version(const std::string& cluster, const std::string& user) {
    KubeOptions options;
    options.kubeconfig = dir->write("config",
                                    "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nclusters:\n- name: k\n  "
                                    "cluster: {server: 'https://127.0.0.1:" +
                                        server->port() + "', " + cluster + "}\nusers:\n- name: u\n  user: {" + user + "}\n");
    ManualClock clock;
    Result<Connected> connected = connect(options, clock, {});
    return connected ? connected->api->get_raw("/version") : Result<Json>(connected.error());
  }

  static inline TempDir* dir = nullptr;
  static inline TlsServer* server = nullptr;
  static constexpr const char* good_cluster = "certificate-authority: ca.crt, tls-server-name: kube.test";
  static constexpr const char* good_user = "client-certificate: client.crt, client-key: client.key";
};

TEST_F(Tls, TrustsItsAuthorityUnderTheGivenName) {
  const Result<Json> answer = version(good_cluster, good_user);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(text_at(*answer, {"major"}), "1");
}

TEST_F(Tls, TakesEverythingInline) {
  const auto data = [](const char* file) { return base64_encode(content(dir->path() + "/" + file)); };
  const Result<Json> answer = version("tls-server-name: kube.test, certificate-authority-data: " + data("ca.crt"),
                                      "client-certificate-data: " + data("client.crt") + ", client-key-data: " + data("client.key"));
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(Tls, RefusesAnotherName) {
  const Result<Json> answer = version("certificate-authority: ca.crt", good_user);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::invalid);
  EXPECT_FALSE(answer.error().hint.empty());
}

TEST_F(Tls, RefusesAnotherAuthority) {
  EXPECT_EQ(version("certificate-authority: other.crt, tls-server-name: kube.test", good_user).error().kind, ErrorKind::invalid);
  EXPECT_EQ(version("tls-server-name: kube.test", good_user).error().kind, ErrorKind::invalid) << "the system does not know this one";
}

TEST_F(Tls, TrustsAnythingOnlyWhenToldTo) {
  EXPECT_TRUE(version("insecure-skip-tls-verify: true", good_user));
}

TEST_F(Tls, NeedsItsClientCertificate) {
  EXPECT_FALSE(version(good_cluster, "token: t"));
}

TEST_F(Tls, AKeyOfAnotherCertificateIsOurMistake) {
  const Result<Json> answer = version(good_cluster, "client-certificate: client.crt, client-key: other.key");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace refloat
