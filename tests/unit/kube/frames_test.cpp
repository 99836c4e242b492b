#include "kube/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace refloat {
namespace {

using ::testing::ElementsAre;

// Feeds `text` in pieces of `size` bytes and returns the lines; "!" where the splitter refused.
std::vector<std::string> lines_of(const std::string& text, std::size_t size, std::size_t bytes_max = 100) {
  LineSplitter splitter(bytes_max);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at += size) {
    const auto more = splitter.feed(std::string_view(text).substr(at, size), [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    });
    if (!more) return {"!"};
  }
  return lines;
}

TEST(LineSplitter, GivesTheSameLinesHoweverTheBytesAreCut) {
  const std::string text = "{\"a\":\"\xC3\xA9\"}\n\n{\"b\":\"\xF0\x9F\x9A\xA2\"}\r\n{}\n";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    EXPECT_THAT(lines_of(text, size), ElementsAre("{\"a\":\"\xC3\xA9\"}", "{\"b\":\"\xF0\x9F\x9A\xA2\"}", "{}")) << size;
  }
}

TEST(LineSplitter, KeepsAnUnfinishedLine) {
  LineSplitter splitter(100);
  EXPECT_TRUE(splitter.feed("a\nbc", [](std::string_view /*line*/) { return true; }));
  EXPECT_EQ(splitter.rest(), "bc");
}

TEST(LineSplitter, BoundsALineHoweverItIsCut) {
  for (const std::size_t size : {1U, 3U, 50U}) {
    EXPECT_THAT(lines_of("12345678\n", size, 8), ElementsAre("12345678"));
    EXPECT_THAT(lines_of("123456789\n", size, 8), ElementsAre("!"));
  }
}

TEST(LineSplitter, StopsWhenTheSinkHasEnough) {
  LineSplitter splitter(100);
  int taken = 0;
  const auto more = splitter.feed("a\nb\nc\n", [&](std::string_view /*line*/) { return ++taken < 2; });
  ASSERT_TRUE(more);
  EXPECT_FALSE(*more);
  EXPECT_EQ(taken, 2);
}

}  // namespace
}  // namespace refloat
