#include "unit/kube/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

namespace refloat::test {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool fill(int socket, std::string& buffer) {
  char bytes[4096];
  const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
  if (count > 0) buffer.append(bytes, static_cast<std::size_t>(count));
  return count > 0;
}

std::optional<Request> read_request(int socket, std::string& buffer) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!fill(socket, buffer)) return std::nullopt;
  }
  Request request;
  request.head = buffer.substr(0, end + 2);
  buffer.erase(0, end + 4);
  const std::size_t space = request.head.find(' ');
  request.method = request.head.substr(0, space);
  request.target = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
  const std::string length = request.header("content-length");
  const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
  while (buffer.size() < wanted) {
    if (!fill(socket, buffer)) return std::nullopt;
  }
  request.body = buffer.substr(0, wanted);
  buffer.erase(0, wanted);
  return request;
}

Answer sized(int status, const std::string& type, const std::string& body, const std::string& extra_headers) {
  return {{"HTTP/1.1 " + std::to_string(status) + " Words\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + extra_headers + "\r\n" + body},
          Answer::Then::keep};
}

std::string hex(std::size_t number) {
  char digits[32];
  (void)std::snprintf(digits, sizeof digits, "%zx", number);
  return digits;
}

}  // namespace

std::vector<std::string> Request::headers(const std::string& name) const {
  std::vector<std::string> values;
  const std::string wanted = lower(name) + ": ";
  for (std::size_t at = head.find("\r\n"); at != std::string::npos && at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const std::string line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (lower(line.substr(0, wanted.size())) == wanted) values.push_back(line.substr(wanted.size()));
  }
  return values;
}

std::string Request::header(const std::string& name) const {
  const std::vector<std::string> all = headers(name);
  return all.empty() ? "" : all.front();
}

Answer json(int status, const std::string& body, const std::string& extra_headers) {
  return sized(status, "application/json", body, extra_headers);
}
Answer text(int status, const std::string& body, const std::string& extra_headers) {
  return sized(status, "text/plain", body, extra_headers);
}

Answer chunked(const std::vector<std::string>& chunks, bool complete) {
  Answer answer{{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"},
                complete ? Answer::Then::keep : Answer::Then::close};
  for (const std::string& chunk : chunks) answer.pieces.push_back(hex(chunk.size()) + "\r\n" + chunk + "\r\n");
  if (complete) answer.pieces.emplace_back("0\r\n\r\n");
  return answer;
}

Answer nothing() {
  return {{}, Answer::Then::close};
}
Answer silence() {
  return {{}, Answer::Then::hang};
}

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool listening = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(listener_, 64) == 0 &&
                         ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!listening) std::abort();
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  ending_ = true;
  (void)::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) (void)::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) (void)::close(socket);
  (void)::close(listener_);
}

std::vector<Request> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpServer::accept_all() {
  for (int connection = 0; !ending_; ++connection) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket, connection] { serve(socket, connection); });
  }
}

void HttpServer::serve(int socket, int connection) {
  std::string buffer;
  while (auto request = read_request(socket, buffer)) {
    request->connection = connection;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
    }
    const Answer answer = handler_(*request);
    const bool written = write_pieces(socket, answer);
    if (answer.then == Answer::Then::hang) {
      while (fill(socket, buffer)) {
      }
    }
    if (!written || answer.then != Answer::Then::keep) break;
  }
  (void)::shutdown(socket, SHUT_RDWR);
}

bool HttpServer::write_pieces(int socket, const Answer& answer) const {
  for (const std::string& piece : answer.pieces) {
    for (std::size_t done = 0; done < piece.size();) {
      const ssize_t count = ::send(socket, piece.data() + done, piece.size() - done, MSG_NOSIGNAL);
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
    }
  }
  return true;
}

}  // namespace refloat::test
