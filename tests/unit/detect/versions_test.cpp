#include "model/versions.h"

#include <gtest/gtest.h>

namespace refloat {
namespace {

TEST(Versions, CompareAsNumbers) {
  EXPECT_EQ(compare_versions("1.9", "1.10"), -1);
  EXPECT_EQ(compare_versions("1.18", "1.18"), 0);
  EXPECT_EQ(compare_versions("2.0", "1.19"), 1);
}

TEST(Versions, CountMigrations) {
  EXPECT_EQ(versions_between("0.0", "1.0"), 1);
  EXPECT_EQ(versions_between("1.15", "1.16"), 1);
  EXPECT_EQ(versions_between("1.16", "1.18"), 2);
  EXPECT_EQ(versions_between("0.0", "0.0"), 0);
  EXPECT_EQ(versions_between("1.5", "1.3"), -2);
  EXPECT_GT(*versions_between("1.19", "2.0"), 1) << "a new major is never 'one beyond'";
}

TEST(Versions, RefuseWhatIsNoVersion) {
  for (const char* text : {"", "1", "1.", ".1", "1.2.3", "v1.2", "1.-2", "1.2 "}) {
    EXPECT_EQ(parse_version(text), std::nullopt) << text;
    EXPECT_EQ(compare_versions(text, "1.0"), std::nullopt) << text;
    EXPECT_EQ(versions_between("1.0", text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace refloat
