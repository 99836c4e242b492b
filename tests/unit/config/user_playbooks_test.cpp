#include "config/user_playbooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "config/playbook_reader.h"
#include "config/user_playbook.h"
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
  playbook.signature.severity = Severity::warning;
  return {playbook};
}

JudgedPlaybooks judge(const std::vector<Json>& objects, const std::vector<Playbook>& beside, const Vocabulary& vocabulary) {
  std::vector<UserPlaybook> taken;
  for (const Json& object : objects) taken.push_back(take_in_playbook(object, vocabulary));
  std::vector<const UserPlaybook*> all;
  for (const UserPlaybook& each : taken) all.push_back(&each);
  return judge_playbooks(all, beside);
}

JudgedPlaybooks judge(const std::vector<Json>& objects) {
  return judge(objects, built_in(), small_vocabulary());
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

TEST(UserPlaybooks, who_closes_a_circle_is_refused_and_the_older_ones_stay) {
  std::vector<Json> ring;
  for (int i = 0; i < 3; ++i) {
    const std::string name = std::string(1, static_cast<char>('c' - i));  // the youngest has the smallest name
    ring.push_back(object(name, name, 5 - i));
    ring.back()["spec"]["signature"]["explains"] = {std::string(1, static_cast<char>('c' - (i + 1) % 3))};
  }
  const JudgedPlaybooks judged = judge({ring[0], ring[1], ring[2], object("mine", "mine")});
  EXPECT_THAT(usable(judged), ElementsAre("b", "c", "mine"));
  EXPECT_THAT(verdict(judged, "a").message, HasSubstr("in turn"));
}

// It would say that all is well but for something worth knowing, and nobody would hear of what is not.
TEST(UserPlaybooks, what_is_graver_than_itself_is_not_for_one_to_explain) {
  std::vector<Playbook> graver = built_in();
  graver[0].signature.severity = Severity::critical;
  Json hides = object("hides", "hides");
  hides["spec"]["signature"]["explains"] = {"own-failure"};
  for (const char* severity : {"warning", "info"}) {
    hides["spec"]["signature"]["severity"] = severity;
    const JudgedPlaybooks judged = judge({hides}, graver, small_vocabulary());
    EXPECT_THAT(usable(judged), IsEmpty()) << severity;
    EXPECT_THAT(verdict(judged, "hides").message, HasSubstr("critical and so graver"));
  }
  hides["spec"]["signature"]["severity"] = "critical";
  EXPECT_THAT(usable(judge({hides}, graver, small_vocabulary())), ElementsAre("hides"));
}

Json with_step(const std::string& recoverable, const Json& step) {
  Json book = object("bold", "bold");
  book["spec"]["signature"]["recoverable"] = recoverable;
  book["spec"]["signature"]["suspect"] = {{"quiet", Json::object()}};
  book["spec"]["signature"]["confirm"] = {{"schema", {{"database", "default"}}}};
  book["spec"]["steps"] = Json::array({step, {{"phase", "verify"}, {"expect", {"workloadsReady"}}, {"within", "1h"}}});
  return book;
}

TEST(UserPlaybooks, what_cannot_be_brought_back_or_breaks_something_off_needs_an_approval) {
  Vocabulary words = small_vocabulary();
  words.actions.push_back({"argo.end", "Ends.", {Phase::unblock}, {}, std::nullopt, false});
  const Json destroys{{"phase", "repair"}, {"do", "sql.removeRow"}, {"with", {{"database", "default"}}}, {"within", "5m"}};
  const Json ends{{"phase", "unblock"}, {"do", "argo.end"}, {"within", "5m"}};
  for (const Json& step : {destroys, ends}) {
    const JudgedPlaybooks bold = judge({with_step("auto", step)}, built_in(), words);
    EXPECT_THAT(usable(bold), IsEmpty());
    EXPECT_THAT(verdict(bold, "bold").message, HasSubstr("write recoverable: approval"));
    const JudgedPlaybooks careful = judge({with_step("approval", step)}, built_in(), words);
    EXPECT_THAT(usable(careful), ElementsAre("bold")) << verdict(careful, "bold").message;
  }
}

TEST(UserPlaybooks, what_every_recovery_would_have_to_store_is_short) {
  Json conditions = Json::array();
  for (int i = 0; i < 350; ++i) conditions.push_back({{"schema", {{"database", std::string(100, 'd') + std::to_string(i)}}}});
  Json step{{"phase", "migrate"}, {"do", "argo.sync"}, {"role", "migrations"}, {"within", "5m"}, {"when", {{"any", conditions}}}};
  const JudgedPlaybooks large = judge({with_step("approval", step)});
  EXPECT_THAT(verdict(large, "bold").message, HasSubstr("spec.steps: longer than 32768 bytes"));
  step["when"] = {{"any", {conditions[0]}}};
  EXPECT_THAT(usable(judge({with_step("approval", step)})), ElementsAre("bold"));
  for (const char* text : {"durableFix", "affected"}) {
    Json wordy = object("wordy", "wordy");
    wordy["spec"]["signature"][text] = std::string(1025, 'x');
    EXPECT_THAT(verdict(judge({wordy}), "wordy").message, HasSubstr(text));
  }
}

// A suggestion compares each wrong word with all that there are.
TEST(UserPlaybooks, of_many_mistakes_few_are_looked_at) {
  Json wrong = object("wrong", "wrong");
  Json all = Json::array();
  for (int i = 0; i < 600; ++i) all.push_back({{"quite-" + std::to_string(i), Json::object()}});
  wrong["spec"]["signature"]["confirm"] = {{"all", all}};
  Diagnostics mistakes;
  EXPECT_FALSE(read_playbook_object(wrong, small_vocabulary(), mistakes));
  EXPECT_LE(mistakes.all().size(), mistakes_told_max + 1);
  EXPECT_THAT(verdict(judge({wrong}), "wrong").message, HasSubstr("unknown fact 'quite-2'"));
  Json leans = object("leans", "leans");
  for (int i = 0; i < 64; ++i) leans["spec"]["signature"]["explains"].push_back("nobody-" + std::to_string(i));
  EXPECT_THAT(verdict(judge({leans}), "leans").message, HasSubstr("'nobody-2'"));
  EXPECT_THAT(verdict(judge({leans}), "leans").message, testing::Not(HasSubstr("'nobody-3'")));
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
  for (int i = 0; i < 14; ++i) objects.push_back(wide("wide-" + std::to_string(10 + i), user_playbook_values_max / 36));
  const JudgedPlaybooks judged = judge(objects);
  EXPECT_GE(judged.usable.size(), 10U);
  EXPECT_LT(judged.usable.size(), 14U);
  EXPECT_EQ(verdict(judged, "wide-23").reason, "TooManyPlaybooks");
  EXPECT_THAT(verdict(judged, "wide-23").message, HasSubstr("values"));
  objects.clear();
  for (int i = 0; i < 13; ++i) {
    Json large = object("large-" + std::to_string(10 + i), "large-" + std::to_string(10 + i));
    large["spec"]["explanation"] = std::string(std::size_t{90} * 1024, 'x');
    objects.push_back(large);
  }
  EXPECT_EQ(judge(objects).usable.size(), 11U) << "1 MiB";
}

// Else an edit of an old one could push all younger ones out.
TEST(UserPlaybooks, one_that_takes_more_than_its_share_is_refused_unread_and_says_why) {
  Json large = object("large", "large", 9);
  large["spec"]["explanation"] = std::string(std::size_t{110} * 1024, 'x');
  const JudgedPlaybooks judged = judge({wide("wide", user_playbook_values_max / 20), large, object("mine", "mine")});
  EXPECT_THAT(usable(judged), ElementsAre("mine"));
  EXPECT_EQ(verdict(judged, "wide").message, "spec holds more than 2000 values; split it into several playbooks");
  EXPECT_EQ(verdict(judged, "large").message, "spec is larger than 102 KiB; split it into several playbooks");
  EXPECT_FALSE(take_in_playbook(large, small_vocabulary()).playbook) << "nor is it kept in memory";
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
  for (int i = 0; i < 500; ++i) nested = Json{{"not", std::move(nested)}};  // copying it recurses
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
