#include "watch/page_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/json.h"

namespace refloat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Read {
  std::vector<std::string> items;
  Result<> fed = ok();
  Result<PageEnd> end = PageEnd{};
};

template <class Size>
Read read(const std::string& text, Size size_of_next, std::size_t bytes_max = 10000) {
  Read out;
  PageReader reader(bytes_max);
  for (std::size_t at = 0; at < text.size() && out.fed;) {
    const std::size_t size = size_of_next();
    out.fed = reader.feed(std::string_view(text).substr(at, size), [&](std::string_view item) { out.items.emplace_back(item); });
    at += size;
  }
  out.end = reader.finish();
  return out;
}

Read read(const std::string& text, std::size_t cut = 100000) {
  return read(text, [cut] { return cut; });
}

TEST(PageReader, FindsItemsAndMetadataInAnyOrderHoweverItIsCut) {
  const std::string a = R"({"name":"a","text":"}],\"\\","list":[{"b":[]}]})";
  const std::string metadata = R"("metadata":{"resourceVersion":"7","continue":"t=="})";
  for (const std::string& text : {R"({"kind":"PodList",)" + metadata + R"(,"items":[)" + a + "," + a + "]}",
                                  R"({"items":[)" + a + "," + a + R"(],"n":-1.5e3,"t":true,)" + metadata + "}",
                                  R"( { "items" : [ )" + a + " ,\n" + a + R"( ] , "s" : "items" , )" + metadata + " } \n"}) {
    for (const std::size_t cut : {1U, 2U, 3U, 7U, 1000U}) {
      const Read found = read(text, cut);
      ASSERT_TRUE(found.fed) << text;
      ASSERT_TRUE(found.end) << text;
      EXPECT_THAT(found.items, ElementsAre(a, a)) << text << " " << cut;
      EXPECT_EQ(found.end->version, "7");
      EXPECT_EQ(found.end->token, "t==");
    }
  }
}

TEST(PageReader, AListMayBeEmptyOrNull) {
  for (const char* items : {"[]", "[ ]", "null"}) {
    const Read found = read(std::string(R"({"items":)") + items + R"(,"metadata":{"resourceVersion":"7"}})");
    ASSERT_TRUE(found.end) << items;
    EXPECT_THAT(found.items, IsEmpty());
    EXPECT_EQ(found.end->version, "7");
    EXPECT_EQ(found.end->token, "");
  }
}

TEST(PageReader, AListThatIsCutOffAnywhereIsNoList) {
  const std::string text = R"({"items":[{"a":1},{"b":2}],"metadata":{"resourceVersion":"7"}})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Read found = read(text.substr(0, size));
    ASSERT_FALSE(found.end) << size;
    EXPECT_EQ(found.end.error().kind, ErrorKind::transient) << size;
  }
  EXPECT_TRUE(read(text).end);
}

TEST(PageReader, NonsenseIsAnError) {
  for (const char* text :
       {"x", "[]", "{}", R"({"items":{}})", R"({"items":[7]})", R"({"items":[]}x)", R"({"items" []})", R"({"items":[] "a":1})", "{7}"}) {
    const Read found = read(text);
    EXPECT_FALSE(found.fed && found.end) << text;
  }
}

TEST(PageReader, AnObjectThatIsTooLargeIsAnErrorAndAPageIsNot) {
  const std::string item = R"({"a":")" + std::string(900, 'x') + R"("})";
  std::string items = item;
  for (int i = 0; i < 100; ++i) items += "," + item;
  const std::string rest = R"("metadata":{"resourceVersion":"7"}})";
  EXPECT_TRUE(read("{\"items\":[" + items + "]," + rest, [] { return 64U; }, 1000).fed);
  EXPECT_FALSE(read("{\"items\":[" + items + "]," + rest, [] { return 64U; }, 900).fed);
}

Json random_value(std::mt19937& random, int depth) {
  switch (depth > 0 ? random() % 7 : random() % 5) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return static_cast<int>(random() % 1000) - 500;
    case 3: return std::string(random() % 5, '"') + "\\{}[]," + std::string(random() % 3, '\\');
    case 4: return std::string(random() % 20, 'x');
    case 5: {
      Json list = Json::array();
      for (auto i = random() % 4; i > 0; --i) list.push_back(random_value(random, depth - 1));
      return list;
    }
    default: {
      Json object = Json::object();
      for (auto i = random() % 4; i > 0; --i) object["k" + std::to_string(i) + "\"\\"] = random_value(random, depth - 1);
      return object;
    }
  }
}

TEST(PageReader, AgreesWithAParserOnRandomLists) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    Json list = {{"metadata", {{"resourceVersion", "7"}}}, {"items", Json::array()}};
    std::vector<std::string> expected;
    for (auto i = random() % 6; i > 0; --i) {
      const Json item = {{"value", random_value(random, 4)}};
      list["items"].push_back(item);
      expected.push_back(item.dump());
    }
    list["extra"] = random_value(random, 3);
    const Read found = read(list.dump(), [&random] { return 1 + random() % 40; });
    ASSERT_TRUE(found.end) << "seed " << seed;
    EXPECT_EQ(found.items, expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace refloat
