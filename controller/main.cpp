// The program: one binary, also installed as kubectl-refloat.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    refloat::Console console = refloat::system_console();
    const refloat::Engine engine = refloat::real_engine();
    return refloat::run(refloat::program_of(argc > 0 ? argv[0] : ""), arguments, refloat::all_commands(), console, engine);
  } catch (const std::exception& problem) {
    std::cerr << "error: unexpected: " << problem.what() << "\nhint: this is a defect of the program; please report it\n";
    return 1;
  }
}
