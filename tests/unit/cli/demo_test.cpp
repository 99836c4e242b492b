// The demo as a user runs it, with everything real but the cluster. tests/simulation looks closer at the recoveries themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "cli/demo/incidents.h"
#include "cli/run.h"

namespace refloat {
namespace {

struct Played {
  int code = 0;
  std::string out, err;
};

Played play(const std::vector<std::string>& flags) {
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in;
  Console console{out, err, in};
  std::vector<std::string> arguments = {"demo"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const Engine engine = real_engine();
  Played played;
  played.code = run("refloat", arguments, all_commands(), console, engine);
  played.out = out.str();
  played.err = err.str();
  return played;
}

TEST(Demo, RecoversTheDefaultIncidentAndProvesIt) {
  const Played played = play({"-o", "json"});
  EXPECT_EQ(played.code, 0) << played.err;
  const Json whole = Json::parse(played.out);
  EXPECT_EQ(whole.size(), 4U);
  EXPECT_EQ(whole["diagnosis"]["kind"], "Diagnosis");
  EXPECT_FALSE(whole["diagnosis"]["stacks"][0]["findings"].empty());
  EXPECT_EQ(whole["plan"]["kind"], "Plan");
  EXPECT_EQ(whole["recovery"]["kind"], "Recovery");
  EXPECT_EQ(whole["state"]["good"], true) << whole["state"].dump(1);
}

TEST(Demo, RefusesWhatIsNotOursAndSaysThatItIsNotAfloat) {
  const Played played = play({"--incident", "foreign-finalizer"});
  EXPECT_EQ(played.code, 4) << played.err;
  EXPECT_NE(played.out.find("backup.example.com/keep"), std::string::npos);
  EXPECT_THAT(played.out, testing::ContainsRegex("not afloat: (1 thing|[0-9]+ things) amiss"));
}

TEST(Demo, FindsNothingWhereNothingIsWrong) {
  const Played played = play({"--incident", "healthy", "-o", "short"});
  EXPECT_EQ(played.code, 0) << played.out << played.err;
  EXPECT_NE(played.out.find("nothing found: 3 Applications, 2 databases examined"), std::string::npos) << played.out;
}

TEST(Demo, ListsItsIncidentsAndSuggestsTheNearest) {
  const Played listed = play({"--list"});
  EXPECT_EQ(listed.code, 0);
  for (const Incident& incident : all_incidents()) EXPECT_NE(listed.out.find(incident.name), std::string::npos);
  const Played typo = play({"--incident", "limbos"});
  EXPECT_EQ(typo.code, 1);
  EXPECT_NE(typo.err.find("did you mean limbo?"), std::string::npos);
}

}  // namespace
}  // namespace refloat
