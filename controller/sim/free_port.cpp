#include "sim/free_port.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refloat {

int free_port() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return 0;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  int port = 0;
  if (bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0) port = ntohs(address.sin_port);
  close(descriptor);
  return port;
}

}  // namespace refloat
