// refloat_churn [--hours H] [--stacks N] [--seed S] [--break settle|status|leak|database]: a day in which nothing is wrong, in virtual
// time.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "simulation/churn/day.h"

namespace {

bool parse(int argc, char** argv, refloat::simulation::DayOptions& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string word = argv[i];
    const char* value = argv[i + 1];
    if (word == "--hours")
      options.hours = std::atof(value);
    else if (word == "--stacks")
      options.stacks = std::atoi(value);
    else if (word == "--seed")
      options.seed = std::strtoull(value, nullptr, 10);
    else if (word == "--break")
      options.broken = value;
    else
      return false;
  }
  return argc % 2 == 1 && options.hours > 0 && options.stacks > 0;
}

}  // namespace

int main(int argc, char** argv) {
  refloat::simulation::DayOptions options;
  if (!parse(argc, argv, options)) {
    std::fprintf(stderr, "usage: refloat_churn [--hours H] [--stacks N] [--seed S] [--break settle|status|leak|database]\n");
    return 2;
  }
  return refloat::simulation::Day(options).run();
}
