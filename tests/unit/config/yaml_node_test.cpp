#include "config/yaml_node.h"

#include <gtest/gtest.h>

#include <string>

namespace refloat {
namespace {

Diagnostic refusal(const std::string& text, const YamlLimits& limits = {}) {
  Diagnostics diagnostics;
  (void)parse_yaml(text, "f.yaml", diagnostics, limits);
  return diagnostics.all().empty() ? Diagnostic{Level::warning, {}, "nothing was refused", {}} : diagnostics.all().front();
}

TEST(YamlNode, KeepsSpellingAndPlace) {
  Diagnostics diagnostics;
  const auto documents = parse_yaml("a: 1.10\nb:\n- \"x\"\n", "f.yaml", diagnostics);
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(documents[0].find("a")->text, "1.10");
  EXPECT_EQ(documents[0].find("a")->style, YamlNode::Style::plain);
  const YamlNode& item = documents[0].find("b")->items.at(0);
  EXPECT_EQ(item.style, YamlNode::Style::quoted);
  EXPECT_EQ(item.mark.line, 3);
  EXPECT_EQ(item.mark.column, 3);
}

TEST(YamlNode, ReadsSeveralDocumentsAndSkipsEmptyOnes) {
  Diagnostics diagnostics;
  EXPECT_EQ(parse_yaml("---\na: 1\n---\n---\nb: 2\n", "f.yaml", diagnostics).size(), 2U);
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(YamlNode, RefusesKeyThatStandsTwice) {
  const Diagnostic error = refusal("a: 1\nb: 2\na: 3\n");
  EXPECT_EQ(error.level, Level::error);
  EXPECT_EQ(error.where.line, 3);
  EXPECT_NE(error.message.find("'a'"), std::string::npos);
}

TEST(YamlNode, SameKeyInDifferentMapsIsFine) {
  Diagnostics diagnostics;
  EXPECT_EQ(parse_yaml("a: {k: 1}\nb: {k: 2}\n", "f.yaml", diagnostics).size(), 1U);
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(YamlNode, ExpandsAliasesWithinTheBudget) {
  Diagnostics diagnostics;
  const auto documents = parse_yaml("a: &x [1, 2]\nb: *x\n", "f.yaml", diagnostics);
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(documents[0].find("b")->items.size(), 2U);
}

TEST(YamlNode, StopsAnAliasBomb) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_EQ(refusal(bomb).level, Level::error);
  EXPECT_NE(refusal(bomb).message.find("values"), std::string::npos);
}

TEST(YamlNode, RefusesAliasOfItsOwnParent) {
  EXPECT_EQ(refusal("a: &a [*a]\n").level, Level::error);
}

TEST(YamlNode, RefusesDeepNesting) {
  EXPECT_EQ(refusal(std::string(60, '[') + std::string(60, ']')).level, Level::error);
  EXPECT_EQ(refusal(std::string(100000, '[')).level, Level::error);
}

TEST(YamlNode, RefusesLargeText) {
  EXPECT_EQ(refusal("a: " + std::string(100, 'x'), {.bytes_max = 50}).level, Level::error);
}

TEST(YamlNode, PointsAtInvalidUtf8) {
  const Diagnostic error = refusal("a: 1\nb: \xff\n");
  EXPECT_EQ(error.where.line, 2);
  EXPECT_EQ(error.where.column, 4);
  EXPECT_NE(error.message.find("UTF-8"), std::string::npos);
}

TEST(YamlNode, PointsAtTabsThatIndent) {
  const Diagnostic error = refusal("a:\n\tb: 1\n");
  EXPECT_EQ(error.where.line, 2);
  EXPECT_NE(error.message.find("tab"), std::string::npos);
  Diagnostics diagnostics;
  EXPECT_EQ(parse_yaml("a: 1\t# a tab later in the line is none of our business\n", "f.yaml", diagnostics).size(), 1U);
}

TEST(YamlNode, RefusesControlCharacters) {
  EXPECT_EQ(refusal(std::string("a: \0b\n", 6)).level, Level::error);
}

TEST(YamlNode, RefusesTags) {
  EXPECT_EQ(refusal("a: !!python/object x\n").level, Level::error);
}

TEST(YamlNode, SaysWhereSyntaxBreaks) {
  const Diagnostic error = refusal("a: 1\nb: [1, 2\nc: 3\n");
  EXPECT_EQ(error.level, Level::error);
  EXPECT_GE(error.where.line, 2);
  EXPECT_FALSE(error.hint.empty());
}

TEST(YamlNode, JsonKeepsTypesApart) {
  const YamlNode node = node_from_json(Json::parse(R"({"s": "1.10", "n": 1.1, "b": true, "l": [null]})"), "x");
  EXPECT_EQ(node.find("s")->style, YamlNode::Style::quoted);
  EXPECT_EQ(node.find("n")->style, YamlNode::Style::json_number);
  EXPECT_EQ(node.find("b")->style, YamlNode::Style::json_boolean);
  EXPECT_EQ(node.find("l")->items.at(0).kind, YamlNode::Kind::null);
}

}  // namespace
}  // namespace refloat
