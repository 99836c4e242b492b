// refloat_soak --seeds FROM..TO: every seed is one run in virtual time, in a process of its own that is forked from a stage on which the
// seed's incident has struck already.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "cli/world.h"
#include "simulation/soak/fault_rows.h"
#include "simulation/soak/scene.h"
#include "simulation/soak/troubles.h"

namespace refloat::simulation {
namespace {

struct Options {
  std::uint64_t from = 1, to = 100;
  bool verbose = false;
  bool twice = false;     // every seed is run a second time, in another process: the traces must be equal
  bool for_ever = false;  // one fault a seed, which does not end
};

std::vector<Playbook> playbooks() {
  Diagnostics diagnostics;
  auto read = built_in_playbooks(vocabulary(), diagnostics);
  if (diagnostics.has_errors()) {
    std::fprintf(stderr, "%s\n", diagnostics.render().c_str());
    std::exit(1);
  }
  return read;
}

// Stages on which an incident has struck, made when they are first needed.
class Stages {
 public:
  Prepared& struck_by(std::size_t incident) {
    Prepared& prepared = made_[incident];
    if (!prepared.stage) {
      prepared = prepare();
      if (!troubles()[incident].strike(*prepared.stage)) {
        std::fprintf(stderr, "the incident %s did not come to pass\n", troubles()[incident].name.c_str());
        std::exit(1);
      }
    }
    return prepared;
  }

 private:
  std::map<std::size_t, Prepared> made_;
};

std::string as_text(const Verdicts& verdicts) {
  std::ostringstream out;
  out << "trace " << verdicts.trace << "\nending " << verdicts.ending << "\n";
  for (const auto& [fault, times] : verdicts.fired) {
    if (times > 0) out << "fired " << times << " " << fault << "\n";
  }
  for (const std::string& violation : verdicts.violations) out << "violation " << violation << "\n";
  out << "whole\n";
  return out.str();
}

void write_all(int descriptor, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t sent = write(descriptor, text.data() + at, text.size() - at);
    if (sent <= 0) _exit(1);
    at += static_cast<std::size_t>(sent);
  }
}

// What the run of one seed said; without the line "whole" its process died.
std::string run_apart(Prepared& prepared, const std::vector<Playbook>& catalogue, const SeedCase& chosen) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) std::exit(1);
  const pid_t child = fork();
  if (child < 0) std::exit(1);
  if (child == 0) {
    close(ends[0]);
    write_all(ends[1], as_text(Scene(prepared, catalogue, chosen).run()));
    _exit(0);  // the parent's objects are none of ours to destroy
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;) text.append(buffer.data(), static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return text;
}

struct Totals {
  std::map<std::string, long> fired, endings;
  std::uint64_t trace = 1469598103934665603ULL;
  long passed = 0, failed = 0;
};

void add(const std::string& text, const SeedCase& chosen, const Options& options, Totals& totals) {
  std::istringstream lines(text);
  bool good = false;
  bool bad = false;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "whole") good = true;
    if (word == "trace") {
      std::uint64_t trace = 0;
      words >> trace;
      totals.trace = (totals.trace ^ trace) * 1099511628211ULL;
      if (options.verbose) std::printf("  trace %016llx\n", static_cast<unsigned long long>(trace));
    }
    if (word == "ending") ++totals.endings[line.substr(7)];
    if (word == "fired") {
      long times = 0;
      std::string fault;
      words >> times >> fault;
      totals.fired[fault] += times;
    }
    if (word == "violation") {
      bad = true;
      std::printf("VIOLATION %s\n", line.substr(10).c_str());
    }
    if (options.verbose && word != "whole" && word != "trace") std::printf("  %s\n", line.c_str());
  }
  if (!good) std::printf("VIOLATION the run died\n");
  if (good && !bad) {
    ++totals.passed;
    return;
  }
  ++totals.failed;
  std::printf("  in %s\n  again: refloat_soak --seeds %llu..%llu%s --verbose\n", display(chosen).c_str(),
              static_cast<unsigned long long>(chosen.seed), static_cast<unsigned long long>(chosen.seed),
              chosen.for_ever ? " --for-ever" : "");
}

void print(const Totals& totals, const Options& options, double took) {
  for (const FaultRow& row : fault_rows()) {
    const auto found = totals.fired.find(row.name);
    const long times = found == totals.fired.end() ? 0 : found->second;
    if (row.means == Means::impossible)
      std::printf("fault %-28s does not apply: %s\n", row.name, row.note);
    else
      std::printf("fault %-28s %ld\n", row.name, times);
  }
  for (const auto& [ending, times] : totals.endings) std::printf("ending %-12s %ld\n", ending.c_str(), times);
  const long seeds = totals.passed + totals.failed;
  std::printf("seeds %llu..%llu  trace %016llx  %.1f s  %.1f seeds/s\n", static_cast<unsigned long long>(options.from),
              static_cast<unsigned long long>(options.to), static_cast<unsigned long long>(totals.trace), took,
              took > 0 ? static_cast<double>(seeds) / took : 0.0);
  std::printf("%ld passed, %ld failed\n", totals.passed, totals.failed);
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--verbose")
      options.verbose = true;
    else if (word == "--twice")
      options.twice = true;
    else if (word == "--for-ever")
      options.for_ever = true;
    else if (word == "--seeds" && i + 1 < argc) {
      unsigned long long from = 0;
      unsigned long long to = 0;
      if (std::sscanf(argv[++i], "%llu..%llu", &from, &to) != 2 || to < from) return false;
      options.from = from;
      options.to = to;
    } else
      return false;
  }
  return true;
}

int soak(const Options& options) {
  const auto began = std::chrono::steady_clock::now();
  const std::vector<Playbook> catalogue = playbooks();
  Stages stages;
  Totals totals;
  for (std::uint64_t seed = options.from; seed <= options.to; ++seed) {
    const SeedCase chosen = options.for_ever ? under_endless_fault(case_of(seed)) : case_of(seed);
    if (options.verbose) std::printf("%s\n", display(chosen).c_str());
    Prepared& prepared = stages.struck_by(chosen.incident);
    std::fflush(stdout);
    const std::string said = run_apart(prepared, catalogue, chosen);
    add(said, chosen, options, totals);
    if (options.twice && run_apart(prepared, catalogue, chosen) != said) {
      ++totals.failed;
      std::printf("VIOLATION two runs of seed %llu differ\n", static_cast<unsigned long long>(seed));
    }
  }
  print(totals, options, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  return totals.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace refloat::simulation

int main(int argc, char** argv) {
  refloat::simulation::Options options;
  if (!refloat::simulation::parse(argc, argv, options)) {
    std::fprintf(stderr, "usage: refloat_soak --seeds FROM..TO [--for-ever] [--verbose] [--twice]\n");
    return 2;
  }
  return refloat::simulation::soak(options);
}
