#include "base/json_outline.h"

#include <gtest/gtest.h>

#include <string>

namespace refloat {
namespace {

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
}

TEST(JsonOutline, keeps_what_is_near_the_top) {
  const auto outline = json_outline(R"({"a": 1, "b": {"c": "x", "d": {"e": 2}, "f": [3]}, "g": [4, [5]]})", 2);
  ASSERT_TRUE(outline);
  EXPECT_EQ(*outline, Json::parse(R"({"a": 1, "b": {"c": "x"}, "g": [4]})"));
}

TEST(JsonOutline, depth_is_no_obstacle) {
  const std::string text = R"({"metadata": {"name": "x"}, "spec": )" + nested(100000) + "}";
  ASSERT_FALSE(parse_json(text)) << "or this shows nothing";
  const auto outline = json_outline(text, 2);
  ASSERT_TRUE(outline) << outline.error().message;
  EXPECT_EQ(text_at(*outline, {"metadata", "name"}), "x");
}

TEST(JsonOutline, what_is_no_json_is_an_error) {
  for (const char* text : {"", "{", "{]", "nonsense", "{\"a\": 1} x"}) EXPECT_FALSE(json_outline(text, 2)) << text;
}

}  // namespace
}  // namespace refloat
