#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/session.h"
#include "config/embedded.h"

namespace refloat {
namespace {

int print_crds(Session& session) {
  for (const EmbeddedFile& file : embedded_files("manifests/crds/", ".yaml")) {
    const bool separated = file.text.rfind("---", 0) == 0;
    session.console.out << (separated ? "" : "---\n") << file.text << (file.text.empty() || file.text.back() != '\n' ? "\n" : "");
  }
  return 0;
}

}  // namespace

void add_crds(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("crds", "print the CustomResourceDefinitions");
  command->footer("Example:\n  refloat crds | kubectl apply --server-side -f -");
  command->callback([&session] { session.action = [&session] { return print_crds(session); }; });
}

}  // namespace refloat
