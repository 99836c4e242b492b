// What the tests of the client share: a clock of their own, fixed credentials, a client of a scripted server.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "kube/http_kube_api.h"
#include "unit/kube/http_server.h"

namespace refloat::test {

// What a file holds; "" when it is not there.
inline std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A server that says the same to everybody.
inline HttpServer::Handler always(Answer answer) {
  return [answer = std::move(answer)](const Request& /*request*/) { return answer; };
}

// Time that moves only when somebody waits or the test says so.
class ManualClock final : public Clock {
 public:
  Time now() const override { return now_; }
  void wait_until(Time until) override {
    waits_.push_back(until - now_);
    now_ = std::max(now_, until);
  }
  void pass(Duration duration) { now_ += duration; }
  [[nodiscard]] const std::vector<Duration>& waits() const { return waits_; }

 private:
  Time now_ = *parse_time("2025-12-03T10:00:00Z");
  std::vector<Duration> waits_;
};

// One identity after the other: renew() moves on while there is another.
class ListedCredentials final : public Credentials {
 public:
  explicit ListedCredentials(std::vector<Identity> identities) : identities_(std::move(identities)) {}
  Result<Identity> current() override { return identities_[at_]; }
  bool renew(const Identity& /*refused*/) override {
    if (at_ + 1 >= identities_.size()) return false;
    ++at_;
    return true;
  }

 private:
  std::vector<Identity> identities_;
  std::size_t at_ = 0;
};

inline Identity bearer(const std::string& token) {
  Identity identity;
  identity.authorization = Secret("Bearer " + token);
  return identity;
}

// A client of `server`.
struct Client {
  explicit Client(const HttpServer& server, HttpKubeOptions options = {}, std::vector<Identity> identities = {Identity{}})
      : api(endpoint(server.url()), std::make_shared<ListedCredentials>(std::move(identities)), clock, std::move(options)) {}
  static Endpoint endpoint(const std::string& url) {
    Endpoint out;
    out.server = url;
    return out;
  }

  ManualClock clock;
  HttpKubeApi api;
};

// A directory of the test's own, removed at its end.
class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "refloat-kube-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  // Writes a file and returns its path.
  [[nodiscard]] std::string write(const std::string& name, const std::string& content, bool executable = false) const {
    const std::string file = path_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream(file, std::ios::binary) << content;
    if (executable) std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }

 private:
  std::string path_;
};

inline Resource jobs(const std::string& name = {}) {
  return {"batch", "v1", "jobs", "shop", name, ""};
}

}  // namespace refloat::test
