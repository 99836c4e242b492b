#include "cli/console.h"

#include <asm-generic/ioctls.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "base/result.h"
#include "base/text.h"

namespace refloat {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = environment(name);
    if (!value.empty()) return value.find("UTF-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

std::size_t terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

Console system_console() {
  Console console{std::cout, std::cerr, std::cin};
  console.out_tty = isatty(STDOUT_FILENO) == 1;
  console.err_tty = isatty(STDERR_FILENO) == 1;
  console.columns = terminal_columns();
  console.in_tty = isatty(STDIN_FILENO) == 1;
  console.no_color = !environment("NO_COLOR").empty() || environment("TERM") == "dumb";
  console.utf8 = speaks_utf8();
  return console;
}

int fail(Console& console, const Error& error) {
  console.err << "error: " << printable(error.message, 2000) << "\n";
  if (!error.hint.empty()) console.err << "hint: " << printable(error.hint, 2000) << "\n";
  return 1;
}

int fail_to_look(Console& console, const Error& error) {
  const int code = fail(console, error);
  return error.kind == ErrorKind::denied ? 3 : code;
}

bool ask(Console& console, const std::string& question) {
  console.err << question << " [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(console.in, answer)) return false;
  answer = trim(answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace refloat
