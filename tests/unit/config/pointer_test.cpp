#include "config/pointer.h"

#include <gtest/gtest.h>

#include <string>

namespace refloat {
namespace {

Json document() {
  return Json::parse(
      R"({"jobs": [{"metadata": {"name": "a"}, "status": {"failed": 1}}, {"metadata": {"name": "b/c"}}], "rows": [{"name": "x", "n": 1}, {"name": "x", "n": 2}],
                         "annotations": {"example.com/key": "v"}})");
}

Json set(const std::string& pointer, const Json& value) {
  Json json = document();
  const auto done = set_at(json, pointer, value);
  EXPECT_TRUE(done) << done.error().message;
  return json;
}

bool refuses_set(const std::string& pointer) {
  Json json = document();
  return !set_at(json, pointer, 1);
}

TEST(Pointer, FindsItemsByNameInMetadataOrInTheItem) {
  EXPECT_EQ(set("/jobs/[name=a]/status/failed", 2)["jobs"][0]["status"]["failed"], 2);
  EXPECT_EQ(set("/jobs/[name=b/c]/status/failed", 2)["jobs"][1]["status"]["failed"], 2);
  EXPECT_EQ(set("/rows/[name=x,n=2]/n", 5)["rows"][1]["n"], 5);
}

TEST(Pointer, ReplacesAndAppendsItems) {
  EXPECT_EQ(set("/rows/0", "y")["rows"][0], "y");
  EXPECT_EQ(set("/rows/-", "y")["rows"].size(), 3U);
  EXPECT_EQ(set("/annotations/example.com~1key", "w")["annotations"]["example.com/key"], "w");
}

TEST(Pointer, MakesMissingMaps) {
  EXPECT_EQ(set("/new/deep/key", 1)["new"]["deep"]["key"], 1);
}

TEST(Pointer, RefusesWhatItCannotFind) {
  for (const char* pointer : {"", "jobs", "/jobs/[name=zzz]/x", "/rows/[name=x]/n", "/rows/7", "/rows/7/n", "/rows/first",
                              "/annotations/example.com~1key/deeper"}) {
    EXPECT_TRUE(refuses_set(pointer)) << pointer;
  }
}

TEST(Pointer, RemovesOnlyWhatIsThere) {
  Json json = document();
  EXPECT_TRUE(remove_at(json, "/jobs/[name=a]"));
  EXPECT_EQ(json["jobs"].size(), 1U);
  EXPECT_TRUE(remove_at(json, "/annotations/example.com~1key"));
  EXPECT_TRUE(json["annotations"].empty());
  EXPECT_FALSE(remove_at(json, "/annotations/example.com~1key"));
  EXPECT_FALSE(remove_at(json, "/jobs/[name=a]"));
  EXPECT_FALSE(remove_at(json, "/"));
}

}  // namespace
}  // namespace refloat
