#include "journal/holder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include "base/text.h"

namespace refloat {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Clock ticks after boot at which the process started, "" when there is none: tells a reused pid from the old one.
std::string start_of(const std::string& pid) {
  const std::string stat = first_line("/proc/" + pid + "/stat");
  const auto name_end = stat.rfind(')');  // the name may hold spaces and parentheses
  if (name_end == std::string::npos) return {};
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  for (int i = 0; i < 20; ++i) fields >> field;
  return fields ? field : std::string();
}

std::string host() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("unknown");
}

// Boot and pid namespace: only within the same of both do two pids speak of the same table.
std::string place() {
  struct stat info{};
  const bool known = ::stat("/proc/self/ns/pid", &info) == 0;
  return first_line("/proc/sys/kernel/random/boot_id").substr(0, 8) + "." + (known ? std::to_string(info.st_ino) : "unknown");
}

struct Parts {
  std::string host, pid, place, start;
};

// Empty parts when the text is not an identity of ours.
Parts parse(const std::string& identity) {
  const auto at = identity.rfind('@');
  const auto slash = identity.rfind('/', at);
  const auto dot = identity.rfind('.');
  if (at == std::string::npos || slash == std::string::npos || dot == std::string::npos || dot < at) return {};
  Parts parts{identity.substr(0, slash), identity.substr(slash + 1, at - slash - 1), identity.substr(at + 1, dot - at - 1),
              identity.substr(dot + 1)};
  const bool number = !parts.pid.empty() && parts.pid.find_first_not_of("0123456789") == std::string::npos;
  return number ? parts : Parts{};
}

}  // namespace

std::string own_identity() {
  const std::string pid = std::to_string(::getpid());
  return host() + "/" + pid + "@" + place() + "." + start_of(pid);
}

bool is_dead_here(const std::string& identity) {
  const Parts parts = parse(identity);
  if (parts.pid.empty() || parts.start.empty() || parts.host != host() || parts.place != place()) return false;
  if (start_of(std::to_string(::getpid())).empty()) return false;  // /proc tells us nothing
  return start_of(parts.pid) != parts.start;
}

std::string holder_for_people(const std::string& identity) {
  const Parts parts = parse(identity);
  return parts.pid.empty() ? printable(identity, 100) : printable(parts.host, 100) + ", process " + parts.pid;
}

}  // namespace refloat
