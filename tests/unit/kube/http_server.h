// A scripted HTTP server on loopback, in the test's own process: answers are bytes, so that a test decides where they are cut.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace refloat::test {

// A request as it arrived.
struct Request {
  std::string method;
  std::string target;
  std::string head;  // request line and headers
  std::string body;
  int connection = 0;  // counts from 0

  // Value of a header, or "".
  [[nodiscard]] std::string header(const std::string& name) const;
  // All values of a header.
  [[nodiscard]] std::vector<std::string> headers(const std::string& name) const;
};

// What to do with a request: the pieces are written one by one; then the connection stays open, is closed, or hangs until the server ends.
struct Answer {
  enum class Then { keep, close, hang };
  std::vector<std::string> pieces;
  Then then = Then::keep;
};

Answer json(int status, const std::string& body, const std::string& extra_headers = {});
Answer text(int status, const std::string& body, const std::string& extra_headers = {});
// A chunked 200 of these chunks; without the last chunk when `complete` is false (the connection is closed then).
Answer chunked(const std::vector<std::string>& chunks, bool complete = true);
// The connection closes without a byte.
Answer nothing();
// No byte ever, the connection stays.
Answer silence();

class HttpServer {
 public:
  using Handler = std::function<Answer(const Request&)>;
  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Every request so far, in order of arrival.
  [[nodiscard]] std::vector<Request> requests() const;

 private:
  void accept_all();
  void serve(int socket, int connection);
  bool write_pieces(int socket, const Answer& answer) const;

  Handler handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_ = false;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace refloat::test
