#include "report/style.h"

#include <gtest/gtest.h>

#include "report/format.h"
#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

TEST(TextStyle, MomentsOfAnotherDayCarryTheirDate) {
  EXPECT_EQ(moment(at("2025-12-03T11:18:44Z"), now()), "11:18:44 (10s)");
  EXPECT_EQ(moment(at("2025-11-30T11:18:54Z"), now()), "2025-11-30T11:18:54Z (3d)");
  EXPECT_EQ(moment(at("2025-12-03T12:00:00Z"), now()), "2025-12-03T12:00:00Z");
}

TEST(TextStyle, ColumnsAreCharactersNotBytes) {
  EXPECT_EQ(columns("é✔x"), 3U);
  EXPECT_EQ(padded("é", 3), "é  ");
  EXPECT_EQ(padded("long", 2), "long");
}

TEST(TextStyle, WrappedKeepsEveryWordAndTheWidth) {
  const auto wrapped_lines = lines(wrapped("one two three four", "  ", 9));
  EXPECT_EQ(wrapped_lines, (std::vector<std::string>{"  one two", "  three", "  four"}));
}

TEST(TextStyle, TableAlignsColumns) {
  EXPECT_EQ(table({{"a", "b"}, {"long", "c"}}), "a     b\nlong  c\n");
}

TEST(TextStyle, WhatNamesAStackAgainHasItsNamespaceAndFlags) {
  TextStyle flagged = style();
  flagged.flags = " -f stack.yaml";
  EXPECT_EQ(stack_arguments("temporal-dev", "argocd", flagged), "temporal-dev -n argocd -f stack.yaml");
  EXPECT_EQ(stack_arguments("temporal-dev", "", style()), "temporal-dev");
}

TEST(TextStyle, CountsWithTheirNoun) {
  EXPECT_EQ(count_of(1, "cause"), "1 cause");
  EXPECT_EQ(count_of(2, "cause"), "2 causes");
}

TEST(Format, UnknownFormatNamesThoseThatExist) {
  EXPECT_TRUE(parse_format("json"));
  for (const char* later : {"yaml", "markdown", "html", ""}) {
    const auto format = parse_format(later);
    ASSERT_FALSE(format);
    EXPECT_NE(format.error().hint.find("short"), std::string::npos);
  }
}

}  // namespace
}  // namespace refloat
