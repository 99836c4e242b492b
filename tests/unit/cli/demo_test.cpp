// The demo as a user runs it, with everything real but the cluster. tests/simulation looks closer at the recoveries themselves.
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

// The JSON documents of a stream, one after the other.
std::vector<Json> documents(const std::string& text) {
  std::vector<Json> result;
  std::istringstream stream(text);
  while (stream >> std::ws && stream.peek() != std::char_traits<char>::eof()) {
    Json document;
    stream >> document;
    result.push_back(std::move(document));
  }
  return result;
}

TEST(Demo, RecoversTheDefaultIncidentAndProvesIt) {
  const Played played = play({"-o", "json"});
  EXPECT_EQ(played.code, 0) << played.err;
  const auto all = documents(played.out);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0]["kind"], "Diagnosis");
  EXPECT_FALSE(all[0]["stacks"][0]["findings"].empty());
  EXPECT_EQ(all[1]["kind"], "Plan");
  EXPECT_EQ(all[2]["kind"], "Recovery");
  EXPECT_EQ(all[3]["good"], true) << all[3].dump(1);
}

TEST(Demo, RefusesWhatIsNotOursAndSaysThatItIsNotAfloat) {
  const Played played = play({"--incident", "foreign-finalizer"});
  EXPECT_EQ(played.code, 4) << played.err;
  EXPECT_NE(played.out.find("backup.example.com/keep"), std::string::npos);
  EXPECT_NE(played.out.find("not afloat"), std::string::npos);
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
