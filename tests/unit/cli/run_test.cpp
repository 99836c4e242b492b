#include "cli/run.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cli/version.h"
#include "unit/cli/fake_engine.h"
#include "unit/cli/temp_dir.h"
#include "unit/support/source_dir.h"

namespace refloat {
namespace {

using test::Program;

TEST(Run, ATypoInACommandSuggestsTheNearest) {
  Program program;
  EXPECT_EQ(program.run({"diagnos"}), 1);
  EXPECT_NE(program.err.find("error: unknown command: diagnos"), std::string::npos) << program.err;
  EXPECT_NE(program.err.find("did you mean diagnose?"), std::string::npos);
  EXPECT_TRUE(program.out.empty());
  EXPECT_EQ(program.run({"playbook", "lnit"}), 1);
  EXPECT_NE(program.err.find("did you mean lint?"), std::string::npos) << program.err;
}

TEST(Run, ATypoInAFlagSuggestsTheNearest) {
  Program program;
  EXPECT_EQ(program.run({"plan", "--prefligt"}), 1);
  EXPECT_NE(program.err.find("did you mean --preflight?"), std::string::npos) << program.err;
  EXPECT_EQ(program.run({"diagnose", "--contxt=x"}), 1);
  EXPECT_NE(program.err.find("did you mean --context?"), std::string::npos) << program.err;
}

TEST(Run, HelpForWhatDoesNotExistIsAnError) {
  for (const char* flag : {"--help", "--version"}) {
    Program program;
    EXPECT_EQ(program.run({"diagnos", flag}), 1) << flag;
    EXPECT_NE(program.err.find("unknown command: diagnos"), std::string::npos) << program.err;
    EXPECT_TRUE(program.out.empty());
  }
  Program program;
  EXPECT_EQ(program.run({"playbook", "lnit", "--help"}), 1);
  EXPECT_NE(program.err.find("did you mean lint?"), std::string::npos) << program.err;
}

TEST(Run, AOneLetterFlagIsNearToNone) {
  Program program;
  EXPECT_EQ(program.run({"diagnose", "-z"}), 1);
  EXPECT_EQ(program.err, "error: unknown flag: -z\nhint: see refloat diagnose --help\n");
}

TEST(Run, WhereAFlagWouldBeTakenIsSaid) {
  Program program;
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"-o", "json", "diagnose"}, {"crds", "-o", "json"}}) {
    EXPECT_EQ(program.run(arguments), 1);
    EXPECT_NE(program.err.find("unknown flag: -o\n"), std::string::npos) << program.err;
    EXPECT_NE(program.err.find("after one of these commands: diagnose, plan, "), std::string::npos) << program.err;
  }
}

TEST(Run, AValueForAFlagThatTakesNoneIsQuotedAsItWasGiven) {
  Program program;
  EXPECT_EQ(program.run({"diagnose", "-v=6"}), 1);
  EXPECT_NE(program.err.find("unexpected =6: the flag before it takes no value"), std::string::npos) << program.err;
}

TEST(Run, AFlagWithoutItsValueIsOneClearError) {
  Program program;
  EXPECT_EQ(program.run({"diagnose", "--context"}), 1);
  EXPECT_EQ(program.err.rfind("error: ", 0), 0U) << program.err;
  EXPECT_EQ(program.run({"diagnose", "--color", "sometimes"}), 1);
}

TEST(Run, EveryCommandHasHelpWithAnExample) {
  Program program;
  EXPECT_EQ(program.run({"--help"}), 0);
  EXPECT_NE(program.out.find("Exit codes"), std::string::npos);
  for (const char* command : {"diagnose", "plan", "recover", "signatures", "explain", "playbook", "crds", "completion", "version"}) {
    EXPECT_NE(program.out.find(command), std::string::npos) << command;
    Program each;
    EXPECT_EQ(each.run({command, "--help"}), 0) << command;
    EXPECT_NE(each.out.find("Example"), std::string::npos) << command;
    EXPECT_TRUE(each.err.empty());
  }
}

TEST(Run, WithoutACommandItPrintsHelp) {
  Program program;
  EXPECT_EQ(program.run({}), 0);
  EXPECT_NE(program.out.find("diagnose"), std::string::npos);
}

TEST(Run, HelpOfAGroupNamesTheWholeWayToIt) {
  Program program;
  EXPECT_EQ(program.run({"playbook"}), 0);
  EXPECT_NE(program.out.find("Usage: refloat playbook "), std::string::npos) << program.out;
}

TEST(Run, EveryCommandWithNamespacesSaysTheDefaultAndTakesOnlyWhatItUses) {
  for (const char* command : {"diagnose", "plan", "recover", "approve", "reject", "abort", "retry", "pause", "resume", "history"}) {
    Program program;
    program.run({command, "--help"});
    EXPECT_NE(program.out.find("default: all namespaces"), std::string::npos) << command;
    const bool looks = std::string(command) == "diagnose" || std::string(command) == "plan" || std::string(command) == "recover";
    EXPECT_EQ(program.out.find("--all-namespaces") != std::string::npos, looks) << command;
  }
  Program program;
  program.run({"controller", "--help"});
  for (const char* refused : {"--all-namespaces", "-n,"}) EXPECT_EQ(program.out.find(refused), std::string::npos) << refused;
}

TEST(Run, AsAPluginItSpeaksOfKubectl) {
  EXPECT_EQ(program_of("/usr/bin/kubectl-refloat"), "kubectl refloat");
  EXPECT_EQ(program_of("./refloat"), "refloat");
  Program program;
  program.name = "kubectl refloat";
  program.run({"diagnose", "--help"});
  EXPECT_NE(program.out.find("kubectl refloat diagnose"), std::string::npos) << program.out;
  EXPECT_NE(program.out.find("\n  kubectl refloat diagnose -A "), std::string::npos) << "in the examples too";
  program.run({"completion", "--help"});
  EXPECT_NE(program.out.find("<(kubectl refloat completion bash)"), std::string::npos) << program.out;
}

TEST(Run, AConnectionErrorIsOneMessageWithAHint) {
  Program program;
  program.connect_error = Error{ErrorKind::invalid, "kubeconfig: no context named x", "contexts: a, b"};
  EXPECT_EQ(program.run({"diagnose"}), 1);
  EXPECT_EQ(program.err, "error: kubeconfig: no context named x\nhint: contexts: a, b\n");
}

TEST(Run, ExplainKnowsNamesAndIdsAndSuggests) {
  Program program;
  EXPECT_EQ(program.run({"explain", "something-broke"}), 0);
  EXPECT_EQ(program.run({"playbook", "explain", "fix-it"}), 0);
  EXPECT_EQ(program.run({"explain", "something-broken"}), 1);
  EXPECT_NE(program.err.find("did you mean something-broke?"), std::string::npos) << program.err;
  EXPECT_EQ(program.run({"explain", "somthing"}), 1);
  EXPECT_NE(program.err.find("did you mean something-broke?"), std::string::npos) << program.err;
}

TEST(Run, LintShowsFileAndLineAndFails) {
  const test::TempDir dir;
  Program program;
  const std::string file =
      dir.write("bad.yaml", "apiVersion: refloat.dev/v1alpha1\nkind: Playbook\nmetadata: {name: x}\nspec:\n  sumary: typo\n");
  EXPECT_EQ(program.run({"playbook", "lint", file}), 1);
  EXPECT_NE(program.out.find("bad.yaml:5"), std::string::npos) << program.out;
  EXPECT_EQ(program.run({"playbook", "lint", file, "-o", "json"}), 1);
  EXPECT_EQ(Json::parse(program.out)["diagnostics"][0]["level"], "error");
  EXPECT_EQ(program.run({"playbook", "lint", dir.path() + "/absent"}), 1);
}

TEST(Run, BrokenExtraPlaybooksStopARun) {
  const test::TempDir dir;
  Program program;
  EXPECT_EQ(program.run({"diagnose", "--playbooks", dir.path()}), 1);
  EXPECT_TRUE(program.calls.empty());
}

TEST(Run, CompletionKnowsEveryCommandAndItsFlags) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    Program program;
    EXPECT_EQ(program.run({"completion", shell}), 0);
    for (const char* word : {"diagnose", "lint", "preflight", "database-address"}) {
      EXPECT_NE(program.out.find(word), std::string::npos) << shell << " " << word;
    }
  }
  Program program;
  EXPECT_EQ(program.run({"completion", "tcsh"}), 1);
}

TEST(Run, TheVersionIsTheBuilds) {
  std::ifstream file(source_dir() / "CMakeLists.txt");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(text.find("project(refloat VERSION " + std::string(program_version) + " "), std::string::npos);
  for (const char* way : {"version", "--version"}) {
    Program program;
    EXPECT_EQ(program.run({way}), 0);
    EXPECT_EQ(program.out, "refloat " + std::string(program_version) + "\n");
  }
}

}  // namespace
}  // namespace refloat
