#include "cli/version.h"

#include <CLI/CLI.hpp>
#include <string>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/session.h"
#include "model/api_version.h"
#include "report/format.h"

namespace refloat {
namespace {

int print_version(Session& session) {
  const auto format = parse_format(session.options.output);
  if (!format) return fail(session.console, format.error());
  if (*format == Format::json) {
    const Json json = {{"version", program_version}, {"apiVersion", our_api_version}, {"compiler", __VERSION__}};
    session.console.out << json.dump(2) << "\n";
  } else {
    session.console.out << version_line() << "\n";
  }
  return 0;
}

}  // namespace

std::string version_line() {
  return std::string("refloat ") + program_version;
}

void add_version(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("version", "print the version");
  add_output_flags(*command, session.options);
  command->footer("Example:\n  refloat version -o json");
  command->callback([&session] { session.action = [&session] { return print_version(session); }; });
}

}  // namespace refloat
