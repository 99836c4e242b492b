#include "reconcile/own_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace refloat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Heard {
  std::vector<std::string> told;
  OwnObjects objects{{[this](const Json& object) { told.push_back("changed " + text_at(object, {"metadata", "name"})); },
                      [this](const Json& outline, const std::string& why) {
                        EXPECT_THAT(why, HasSubstr("nested deeper"));
                        told.push_back("unreadable " + text_at(outline, {"metadata", "name"}));
                      },
                      [this](const std::string& name) { told.push_back("gone " + name); }}};
};

std::string object(const std::string& name, int levels = 1) {
  const auto count = static_cast<std::size_t>(levels);
  return R"({"metadata": {"namespace": "ns", "name": ")" + name + R"(", "generation": 2}, "spec": {"open": )" + std::string(count, '[') +
         std::string(count, ']') + "}}";
}

TEST(OwnObjects, an_object_that_is_nested_too_deep_is_told_as_such) {
  Heard heard;
  heard.objects.changed(object("a"));
  heard.objects.changed(object("a", 300));
  heard.objects.deleted(object("a", 300));
  EXPECT_THAT(heard.told, ElementsAre("changed a", "unreadable a", "gone ns/a"));
}

TEST(OwnObjects, in_a_list_it_is_there_and_then_it_is_not) {
  Heard heard;
  heard.objects.list_begins();
  heard.objects.changed(object("deep", 300));
  heard.objects.list_ends();
  heard.objects.list_begins();
  heard.objects.changed(object("deep", 300));
  heard.objects.list_ends();
  heard.objects.list_begins();
  heard.objects.list_ends();
  EXPECT_THAT(heard.told, ElementsAre("unreadable deep", "unreadable deep", "gone ns/deep"));
}

}  // namespace
}  // namespace refloat
