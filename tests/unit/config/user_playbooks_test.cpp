#include "config/user_playbooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "config/yaml_node.h"
#include "unit/config/read_helper.h"

namespace refloat {
namespace {

using config_test::small_vocabulary;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json object(const std::string& name, const std::string& id, int age = 0, const std::string& ns = "argocd") {
  return {{"apiVersion", "refloat.dev/v1alpha1"},
          {"kind", "Playbook"},
          {"metadata",
           {{"name", name},
            {"namespace", ns},
            {"uid", "uid-" + ns + name},
            {"generation", 3},
            {"managedFields", {{{"manager", "kubectl"}}}},
            {"creationTimestamp", "2025-12-05T10:0" + std::to_string(9 - age) + ":00Z"}}},
          {"spec",
           {{"summary", "Something."},
            {"explanation", "Safe."},
            {"signature",
             {{"id", id},
              {"meaning", "It broke."},
              {"severity", "warning"},
              {"recoverable", "no"},
              {"confirm", {{"quiet", Json::object()}}}}}}},
          {"status", {{"observedGeneration", 3}}}};
}

std::vector<Playbook> built_in() {
  Playbook playbook;
  playbook.name = "own-book";
  playbook.signature.id = "own-failure";
  return {playbook};
}

JudgedPlaybooks judge(const std::vector<Json>& objects) {
  return judge_playbooks(objects, built_in(), small_vocabulary());
}

std::vector<std::string> usable(const JudgedPlaybooks& judged) {
  std::vector<std::string> names;
  for (const Playbook& playbook : judged.usable) names.push_back(playbook.name);
  std::sort(names.begin(), names.end());
  return names;
}

PlaybookVerdict verdict(const JudgedPlaybooks& judged, const std::string& name) {
  const auto found = std::find_if(judged.verdicts.begin(), judged.verdicts.end(), [&](const auto& v) { return v.ref.name == name; });
  return found == judged.verdicts.end() ? PlaybookVerdict{} : *found;
}

TEST(UserPlaybooks, one_that_can_be_read_counts_and_knows_where_it_is_from) {
  const JudgedPlaybooks judged = judge({object("mine", "my-failure")});
  ASSERT_EQ(judged.usable.size(), 1U);
  EXPECT_EQ(judged.usable[0].ns, "argocd");
  EXPECT_EQ(judged.usable[0].digest.size(), 64U);
  EXPECT_TRUE(verdict(judged, "mine").usable);
  EXPECT_EQ(verdict(judged, "mine").generation, 3);
}

TEST(UserPlaybooks, the_digest_follows_the_spec_and_nothing_else) {
  Json labelled = object("mine", "my-failure");
  labelled["metadata"]["labels"] = {{"team", "x"}};
  labelled["status"] = {{"conditions", Json::array()}};
  Json edited = object("mine", "my-failure");
  edited["spec"]["summary"] = "Something else.";
  const std::string digest = judge({object("mine", "my-failure")}).usable.at(0).digest;
  EXPECT_EQ(judge({labelled}).usable.at(0).digest, digest);
  EXPECT_NE(judge({edited}).usable.at(0).digest, digest);
}

TEST(UserPlaybooks, what_cannot_be_read_is_told_with_field_and_hint_and_disturbs_no_other) {
  Json broken = object("broken", "my-other");
  broken["spec"]["signature"]["confirm"] = {{"quite", Json::object()}};
  const JudgedPlaybooks judged = judge({broken, object("mine", "my-failure")});
  EXPECT_THAT(usable(judged), ElementsAre("mine"));
  const PlaybookVerdict refused = verdict(judged, "broken");
  EXPECT_FALSE(refused.usable);
  EXPECT_EQ(refused.reason, "InvalidPlaybook");
  EXPECT_THAT(refused.message, HasSubstr("spec.signature.confirm"));
  EXPECT_THAT(refused.message, HasSubstr("did you mean 'quiet'"));
}

TEST(UserPlaybooks, a_built_in_one_is_never_replaced) {
  const JudgedPlaybooks judged = judge({object("own-book", "my-failure"), object("mine", "own-failure")});
  EXPECT_THAT(usable(judged), IsEmpty());
  for (const char* name : {"own-book", "mine"}) EXPECT_EQ(verdict(judged, name).reason, "DuplicatePlaybook") << name;
  EXPECT_THAT(verdict(judged, "mine").message, HasSubstr("own-book"));
}

TEST(UserPlaybooks, of_two_with_one_id_the_older_counts_whatever_the_order) {
  const Json older = object("older", "same", 5);
  const Json newer = object("newer", "same", 1);
  for (const auto& objects : {std::vector<Json>{older, newer}, std::vector<Json>{newer, older}}) {
    const JudgedPlaybooks judged = judge(objects);
    EXPECT_THAT(usable(judged), ElementsAre("older"));
    EXPECT_THAT(verdict(judged, "newer").message, HasSubstr("older"));
  }
}

TEST(UserPlaybooks, namespaces_do_not_meet) {
  const JudgedPlaybooks judged = judge({object("mine", "same", 5, "a"), object("mine", "same", 1, "b")});
  EXPECT_THAT(usable(judged), ElementsAre("mine", "mine"));
}

TEST(UserPlaybooks, rules_between_playbooks_hold_and_what_leans_on_a_refused_one_goes_too) {
  Json leans = object("leans", "leans", 2);
  leans["spec"]["signature"]["explains"] = {"wrong"};
  Json wrong = object("wrong", "wrong", 3);
  wrong["spec"]["signature"]["explains"] = {"nobody-knows"};
  Json fine = object("fine", "fine", 1);
  fine["spec"]["signature"]["explains"] = {"own-failure"};
  const JudgedPlaybooks judged = judge({leans, wrong, fine});
  EXPECT_THAT(usable(judged), ElementsAre("fine"));
  EXPECT_THAT(verdict(judged, "wrong").message, HasSubstr("nobody-knows"));
  EXPECT_EQ(verdict(judged, "leans").reason, "InvalidPlaybook");
}

TEST(UserPlaybooks, a_circle_of_users_playbooks_is_refused) {
  Json one = object("one", "one", 2);
  one["spec"]["signature"]["explains"] = {"two"};
  Json two = object("two", "two", 1);
  two["spec"]["signature"]["explains"] = {"one"};
  EXPECT_THAT(usable(judge({one, two, object("mine", "mine")})), ElementsAre("mine"));
}

TEST(UserPlaybooks, too_many_are_refused_and_the_oldest_stay) {
  std::vector<Json> objects;
  for (std::size_t i = 0; i < user_playbooks_max + 3; ++i) {
    const std::string number = std::to_string(100 + i);
    objects.push_back(object("book-" + number, "failure-" + number));
  }
  std::swap(objects.front(), objects.back());
  const JudgedPlaybooks judged = judge(objects);
  EXPECT_EQ(judged.usable.size(), user_playbooks_max);
  EXPECT_EQ(verdict(judged, "book-202").reason, "TooManyPlaybooks");
  EXPECT_TRUE(verdict(judged, "book-100").usable);
}

// As deep as one condition may be, and as wide as it takes.
Json wide(const std::string& name, std::size_t conditions) {
  Json book = object(name, name);
  Json all = Json::array();
  for (std::size_t i = 0; i < conditions; ++i) all.push_back({{"quiet", Json::object()}});
  book["spec"]["signature"]["confirm"] = {{"all", all}};
  return book;
}

TEST(UserPlaybooks, what_the_playbooks_of_a_namespace_hold_together_is_limited) {
  std::vector<Json> objects;
  for (int i = 0; i < 9; ++i) objects.push_back(wide("wide-" + std::to_string(i), user_playbook_values_max / 24));
  const JudgedPlaybooks judged = judge(objects);
  EXPECT_GE(judged.usable.size(), 6U);
  EXPECT_LT(judged.usable.size(), 9U);
  EXPECT_EQ(verdict(judged, "wide-8").reason, "TooManyPlaybooks");
  EXPECT_THAT(verdict(judged, "wide-8").message, HasSubstr("values"));
  objects.clear();
  for (int i = 0; i < 6; ++i) {
    Json large = object("large-" + std::to_string(i), "large-" + std::to_string(i));
    large["spec"]["explanation"] = std::string(std::size_t{200} * 1024, 'x');
    objects.push_back(large);
  }
  EXPECT_EQ(judge(objects).usable.size(), 5U) << "1 MiB";
}

TEST(UserPlaybooks, one_that_holds_too_much_is_refused_unread_and_says_why) {
  const std::vector<Json> objects{wide("wide", YamlLimits{}.nodes_max), object("mine", "mine")};
  const JudgedPlaybooks judged = judge(objects);
  EXPECT_THAT(usable(judged), ElementsAre("mine"));
  EXPECT_EQ(verdict(judged, "wide").message, "spec holds more than 20000 values; split it into several playbooks");
  const Json kept = judged_part(objects[0]);
  EXPECT_FALSE(kept.contains("spec")) << "nor is it kept in memory";
  EXPECT_EQ(verdict(judge({kept}), "wide").message, verdict(judged, "wide").message);
  EXPECT_EQ(judge({judged_part(objects[1])}).usable.at(0).digest, judged.usable.at(0).digest);
}

// It would keep a place that recoveries of all namespaces share.
TEST(UserPlaybooks, no_step_may_take_for_ever) {
  Json patient = object("patient", "patient");
  patient["spec"]["signature"]["recoverable"] = "approval";
  patient["spec"]["steps"] = Json::array({{{"phase", "verify"}, {"expect", {"workloadsReady"}}, {"within", "1h"}}});
  EXPECT_THAT(usable(judge({patient})), ElementsAre("patient")) << verdict(judge({patient}), "patient").message;
  patient["spec"]["steps"][0]["within"] = "5000h";
  EXPECT_THAT(usable(judge({patient})), IsEmpty());
  EXPECT_THAT(verdict(judge({patient}), "patient").message, HasSubstr("spec.steps[0].within"));
}

TEST(UserPlaybooks, hostile_objects_are_refused_and_told_harmlessly) {
  Json deep = object("deep", "deep");
  Json nested = {{"quiet", Json::object()}};
  for (int i = 0; i < 5000; ++i) nested = Json{{"not", std::move(nested)}};
  deep["spec"]["signature"]["confirm"] = std::move(nested);
  Json large = object("large", "large");
  large["spec"]["explanation"] = std::string(std::size_t{300} * 1024, 'x');
  Json escape = object("escape", "\x1b[31mred\r\n");
  Json none = object("none", "none");
  none["spec"] = nullptr;
  const JudgedPlaybooks judged = judge({deep, large, escape, none});
  EXPECT_THAT(usable(judged), IsEmpty());
  EXPECT_EQ(judged.verdicts.size(), 4U);
  for (const PlaybookVerdict& each : judged.verdicts) {
    EXPECT_EQ(each.message.find_first_of("\x1b\r\n"), std::string::npos) << each.message;
    EXPECT_LT(each.message.size(), 1100U);
  }
}

}  // namespace
}  // namespace refloat
