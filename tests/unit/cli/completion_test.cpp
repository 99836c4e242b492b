// What shells offer by the generated scripts: run in bash, and in zsh and fish where those are installed.
#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "base/text.h"
#include "report/format.h"
#include "unit/cli/fake_engine.h"
#include "unit/cli/temp_dir.h"
#include "unit/report/samples.h"

namespace refloat {
namespace {

using test::Program;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;
using Offered = std::vector<std::string>;

std::string script_for(const std::string& shell) {
  Program program;
  EXPECT_EQ(program.run({"completion", shell}), 0) << program.err;
  return program.out;
}

// The lines that a command prints.
Offered lines_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) text.append(buffer.data(), n);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return samples::lines(text);
}

bool installed(const std::string& shell) {
  return lines_of("command -v " + shell + " || true").size() == 1;
}

// A folder with every script, and one file whose name no command begins with.
class Completion : public testing::Test {
 protected:
  Completion() {
    for (const char* shell : {"bash", "zsh", "fish", "kubectl"}) (void)dir_.write(std::string("refloat.") + shell, script_for(shell));
    (void)dir_.write("_refloat", script_for("zsh"));
    (void)dir_.write("saved.json", "{}");
  }

  // The last word is the one being typed.
  [[nodiscard]] Offered by_bash(const std::string& typed) const {
    return run(
        "bash -c 'source ./refloat.bash; COMP_WORDS=(refloat \"$@\"); COMP_CWORD=$#; _refloat; printf \"%s\\n\" \"${COMPREPLY[@]}\"' "
        "bash " +
        typed);
  }

  // What zsh gives a completion function, and takes from it.
  [[nodiscard]] Offered by_zsh(const std::string& load, const std::string& typed) const {
    const std::string stand_ins = R"(compdef() {}; _describe() { print -l -- "${(@P)2%%:*}" }; _files() { print -l -- * }; )";
    return run("zsh -f -c '" + stand_ins + load + R"(; words=(refloat "$@"); CURRENT=$#words; _refloat' zsh )" + typed);
  }

  [[nodiscard]] Offered by_fish(const std::string& line) const {
    return run("fish --no-config -c 'source ./refloat.fish; complete -C \"" + line + "\" | string replace -r \"\\t.*\" \"\"'");
  }

  [[nodiscard]] Offered run(const std::string& command) const { return lines_of("cd " + dir_.path() + " && " + command); }

  test::TempDir dir_;
};

TEST_F(Completion, BashOffersWhatACommandTakes) {
  EXPECT_THAT(by_bash("dia"), ElementsAre("diagnose"));
  EXPECT_THAT(by_bash("playbook ''"), IsSupersetOf({"lint", "test", "explain"}));
  EXPECT_THAT(by_bash("recover --pl"), UnorderedElementsAre("--plan", "--playbooks"));
  EXPECT_THAT(by_bash("completion ''"), IsSupersetOf({"bash", "zsh", "fish"}));
  EXPECT_THAT(by_bash("explain some"), ElementsAre("something-broke"));
}

TEST_F(Completion, BashOffersAFlagsValuesAndNothingElseAfterIt) {
  EXPECT_THAT(by_bash("diagnose -o ''"), ElementsAre("text", "short", "json"));
  EXPECT_THAT(by_bash("diagnose --color = al"), ElementsAre("always"));
  EXPECT_EQ(by_bash("diagnose --fail-on =").size(), 3U);
  EXPECT_THAT(by_bash("demo --incident lim"), ElementsAre("limbo"));
  EXPECT_THAT(by_bash("recover --plan sav"), ElementsAre("saved.json"));
  EXPECT_THAT(by_bash("recover --plan ''"), Not(Contains("--yes")));
  EXPECT_THAT(by_bash("diagnose --context ''"), Not(Contains("--yes")));
}

TEST_F(Completion, KubectlIsAnsweredByTheSameScript) {
  (void)dir_.write("refloat", "cat refloat.bash\n");
  const std::string ask = "chmod +x refloat && PATH=.:$PATH bash ./refloat.kubectl ";
  EXPECT_THAT(run(ask + "diagnose -o ''"), ElementsAre("text", "short", "json", ":0"));
  EXPECT_THAT(run(ask + "dia"), ElementsAre("diagnose", ":0"));
}

// `words` and CURRENT are what zsh calls the function with; a local of the same name is empty instead, and the command is never known.
TEST_F(Completion, TheZshScriptHidesNoneOfZshsOwnVariables) {
  const std::string script = script_for("zsh");
  std::vector<std::string> declared;
  for (const std::string& line : samples::lines(script)) {
    const auto words = split(trim(line), ' ');
    if (words.front() != "local") continue;
    for (const std::string& word : words) declared.push_back(word.substr(0, word.find('=')));
  }
  EXPECT_THAT(declared, Contains("offered"));
  for (const char* own : {"words", "CURRENT", "PREFIX", "SUFFIX", "path", "fpath", "options", "status"})
    EXPECT_THAT(declared, Not(Contains(own)));
  EXPECT_NE(script.find("${(@)words[2,CURRENT-1]}"), std::string::npos);
  EXPECT_EQ(script.find(" words="), std::string::npos);
}

TEST_F(Completion, TheZshScriptAnswersTheCallThatLoadsIt) {
  const std::string script = script_for("zsh");
  EXPECT_EQ(script.rfind("#compdef refloat kubectl-refloat\n", 0), 0U);
  EXPECT_EQ(samples::lines(script).back(), R"(if [ "$funcstack[1]" = _refloat ]; then _refloat; fi)");
}

TEST_F(Completion, ZshOffersTheSame) {
  if (!installed("zsh")) return;  // the two tests above stand for it
  for (const char* load : {"source ./refloat.zsh", "fpath=(.); autoload -Uz _refloat"}) {
    EXPECT_THAT(by_zsh(load, "''"), Contains("diagnose")) << load;
    EXPECT_THAT(by_zsh(load, "recover ''"), AllOf(Contains("--plan"), Not(Contains("diagnose")))) << load;
    EXPECT_THAT(by_zsh(load, "diagnose -o ''"), ElementsAre("text", "short", "json")) << load;
    EXPECT_THAT(by_zsh(load, "recover --plan ''"), Contains("saved.json")) << load;
    EXPECT_THAT(by_zsh(load, "explain ''"), Contains("something-broke")) << load;
  }
}

TEST_F(Completion, FishAsksForTheWholeCommand) {
  const std::string script = script_for("fish");
  EXPECT_NE(script.find("complete -c kubectl-refloat -w refloat\n"), std::string::npos);
  EXPECT_NE(script.find("-n '__refloat_at explain' -l cluster "), std::string::npos);
  EXPECT_EQ(script.find("-n '__refloat_at playbook explain' -l cluster "), std::string::npos);
  EXPECT_NE(script.find("-n '__refloat_at diagnose' -l color -x -a 'auto always never'"), std::string::npos);
  EXPECT_NE(script.find("-n '__refloat_at recover' -l plan -r -F"), std::string::npos);
  EXPECT_NE(script.find("-n '__refloat_at playbook lint' -F\n"), std::string::npos);
}

TEST_F(Completion, FishOffersTheSame) {
  if (!installed("fish")) return;  // the test above stands for it
  EXPECT_THAT(by_fish("kubectl-refloat dia"), ElementsAre("diagnose"));
  EXPECT_THAT(by_fish("refloat diagnose -o "), UnorderedElementsAre("text", "short", "json"));
  EXPECT_THAT(by_fish("refloat playbook explain --"), AllOf(Contains("--playbooks"), Not(Contains("--cluster"))));
  EXPECT_THAT(by_fish("refloat recover --plan sav"), ElementsAre("saved.json"));
  EXPECT_THAT(by_fish("refloat explain some"), ElementsAre("something-broke"));
}

TEST_F(Completion, TheFormatsItOffersExist) {
  for (const std::string& format : by_bash("diagnose -o ''")) EXPECT_TRUE(parse_format(format)) << format;
}

TEST(CompletionWords, QuotesOfADescriptionStayInIt) {
  CompletionNode node;
  node.path = "demo";
  node.words = {{"limbo", "Argo CD's own"}};
  EXPECT_NE(completion_script({node}, "zsh")->find(R"('limbo:Argo CD'\''s own')"), std::string::npos);
  EXPECT_NE(completion_script({node}, "fish")->find(R"(-d 'Argo CD\'s own')"), std::string::npos);
}

}  // namespace
}  // namespace refloat
