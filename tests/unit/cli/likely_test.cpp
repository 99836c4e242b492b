#include "cli/likely.h"

#include <gtest/gtest.h>

namespace refloat {
namespace {

TEST(Likely, a_beginning_will_do_where_nothing_is_near) {
  const std::vector<std::string> names = {"schema-behind", "hook-vanished", "hook-stuck-terminating"};
  EXPECT_EQ(likely("hook-stuk", names), "hook-stuck-terminating");
  EXPECT_EQ(likely("schema-bhind", names), "schema-behind");
}

TEST(Likely, what_has_nothing_to_do_with_any_suggests_none) {
  const std::vector<std::string> names = {"schema-behind", "hook-stuck-terminating"};
  for (const char* word : {"", "x", "hoo", "postgres", "zzzzzzzz"}) EXPECT_EQ(likely(word, names), "") << word;
}

}  // namespace
}  // namespace refloat
