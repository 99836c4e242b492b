#include "watch/event_line.h"

#include <gtest/gtest.h>

#include <string>

#include "kube/frames.h"

namespace refloat {
namespace {

std::string padded(const std::string& text) {
  return text + std::string(LineSplitter::padding, '\0');
}

struct Read {
  Result<EventLine> event;
  std::string object, version;
};

Read read(const std::string& text, bool with_version = true) {
  EventReader reader;
  const std::string line = padded(text);
  const auto event = reader.read(std::string_view(line).substr(0, text.size()), with_version);
  return {event, std::string(event ? event->object : ""), std::string(event ? event->version : "")};
}

TEST(EventLine, FindsTypeObjectAndVersionInAnyOrder) {
  const std::string object = R"({"a":[1,{"b":"}"}],"metadata":{"name":"x","resourceVersion":"12"},"z":"\\\""})";
  for (const std::string& line : {R"({"type":"MODIFIED","object":)" + object + "}", R"({"object":)" + object + R"(,"type":"MODIFIED"})",
                                  R"( { "more" : [1,2] , "type" : "MODIFIED" , "object" : )" + object + " } "}) {
    const Read found = read(line);
    ASSERT_TRUE(found.event) << found.event.error().message;
    EXPECT_EQ(found.event->type, EventLine::Type::modified);
    EXPECT_EQ(found.object.substr(0, object.size()), object);
    EXPECT_EQ(found.object.find_first_not_of(' ', object.size()), std::string::npos);
    EXPECT_EQ(found.version, "12");
  }
}

TEST(EventLine, AVersionIsReadOnlyWhereAskedForAndMayBeAbsent) {
  EXPECT_EQ(read(R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"12"}}})", false).version, "");
  for (const char* object : {"{}", R"({"metadata":{}})", R"({"metadata":7})", R"({"metadata":{"resourceVersion":7}})"}) {
    const Read found = read(std::string(R"({"type":"ADDED","object":)") + object + "}");
    ASSERT_TRUE(found.event) << object;
    EXPECT_EQ(found.version, "") << object;
    EXPECT_EQ(found.object, object);
  }
}

TEST(EventLine, KnowsItsTypes) {
  EXPECT_EQ(read(R"({"type":"ADDED","object":{}})").event->type, EventLine::Type::added);
  EXPECT_EQ(read(R"({"type":"DELETED","object":{}})").event->type, EventLine::Type::deleted);
  EXPECT_EQ(read(R"({"type":"BOOKMARK","object":{}})").event->type, EventLine::Type::bookmark);
  EXPECT_EQ(read(R"({"type":"ERROR","object":{}})").event->type, EventLine::Type::error);
}

TEST(EventLine, NonsenseIsAnError) {
  for (const char* line :
       {"", "x", "{", "[]", "{}", R"({"type":"ADDED"})", R"({"object":{}})", R"({"type":"NEW","object":{}})",
        R"({"type":"ADDED","object":7})", R"({"type":"ADDED","object":{})", R"({"type":"ADDED","object":{}}})", R"({"type":7,"object":{}})",
        R"({"type":"ADDED","object":{"metadata":{"a":","r"x":1}}})", "{\"type\":\"ADDED\",\"object\":{\"\xFF\":1}}"}) {
    EXPECT_FALSE(read(line).event) << line;
  }
}

TEST(EventLine, OneReaderReadsSmallAndLarge) {
  EventReader reader;
  for (const std::size_t size : {10U, 2000000U, 10U, 300000U, 10U}) {
    const std::string text = R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"1"},"x":")" + std::string(size, 'y') + "\"}}";
    const std::string line = padded(text);
    const auto event = reader.read(std::string_view(line).substr(0, text.size()), true);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->version, "1");
  }
}

}  // namespace
}  // namespace refloat
