#include "reconcile/playbook_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "config/playbook_reader.h"
#include "reconcile/user_playbooks.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_databases.h"
#include "unit/support/fake_kube.h"
#include "unit/support/source_dir.h"

namespace refloat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json object(const std::string& name, const std::string& id, const std::string& ns = "argocd") {
  return {{"apiVersion", "refloat.dev/v1alpha1"},
          {"kind", "Playbook"},
          {"metadata", {{"name", name}, {"namespace", ns}, {"uid", "uid-" + name}, {"generation", 1}}},
          {"spec",
           {{"summary", "Something."},
            {"explanation", "Safe."},
            {"signature",
             {{"id", id},
              {"meaning", "It broke."},
              {"severity", "warning"},
              {"recoverable", "no"},
              {"confirm", {{"pods", {{"notReady", true}}}}}}}}}};
}

struct Catalogue : testing::Test {
  test::FakeKube kube;
  test::FakeClock clock;
  EventRecorder events{kube, clock, {}};
  Inputs base;
  std::vector<std::string> failures;

  Catalogue() {
    Playbook own;
    own.name = "own-book";
    own.signature.id = "own-failure";
    base.playbooks = {own};
  }
  static std::vector<std::string> names(const Inputs& inputs) {
    std::vector<std::string> out;
    for (const Playbook& playbook : inputs.playbooks) out.push_back(playbook.name);
    return out;
  }
  void put(PlaybookCatalogue& catalogue, const Json& json) {
    kube.put("refloat.dev", "v1alpha1", "playbooks", json);
    catalogue.put(json);
  }
  void tell(PlaybookCatalogue& catalogue) {
    catalogue.tell(kube, events, clock.now(), [this](const std::string& why) { failures.push_back(why); });
    events.flush();
  }
};

TEST_F(Catalogue, a_playbook_counts_in_its_namespace_and_nowhere_else) {
  PlaybookCatalogue catalogue(base);
  put(catalogue, object("mine", "my-failure"));
  EXPECT_THAT(names(*catalogue.inputs_for("argocd")), ElementsAre("own-book")) << "nothing is judged before refresh()";
  EXPECT_THAT(catalogue.refresh(), ElementsAre("argocd"));
  EXPECT_THAT(names(*catalogue.inputs_for("argocd")), ElementsAre("own-book", "mine"));
  EXPECT_THAT(names(*catalogue.inputs_for("other")), ElementsAre("own-book"));
}

TEST_F(Catalogue, what_a_turn_was_given_stays_as_it_is) {
  PlaybookCatalogue catalogue(base);
  put(catalogue, object("mine", "my-failure"));
  catalogue.refresh();
  const auto held = catalogue.inputs_for("argocd");
  catalogue.remove("argocd/mine");
  EXPECT_THAT(catalogue.refresh(), ElementsAre("argocd"));
  EXPECT_THAT(names(*held), ElementsAre("own-book", "mine"));
  EXPECT_THAT(names(*catalogue.inputs_for("argocd")), ElementsAre("own-book"));
}

TEST_F(Catalogue, a_status_write_and_a_refused_playbook_change_nothing_for_stacks) {
  PlaybookCatalogue catalogue(base);
  Json mine = object("mine", "my-failure");
  put(catalogue, mine);
  catalogue.refresh();
  mine["status"] = {{"observedGeneration", 1}};
  mine["metadata"]["resourceVersion"] = "77";
  catalogue.put(mine);
  EXPECT_THAT(catalogue.refresh(), IsEmpty());
  put(catalogue, object("thief", "own-failure"));
  EXPECT_THAT(catalogue.refresh(), IsEmpty());
  EXPECT_EQ(catalogue.count(true), 1);
  EXPECT_EQ(catalogue.count(false), 1);
  mine["spec"]["summary"] = "Another.";
  catalogue.put(mine);
  EXPECT_THAT(catalogue.refresh(), ElementsAre("argocd"));
}

TEST_F(Catalogue, a_refusal_is_written_once_with_an_event) {
  PlaybookCatalogue catalogue(base);
  put(catalogue, object("mine", "my-failure"));
  put(catalogue, object("thief", "own-failure"));
  catalogue.refresh();
  for (int i = 0; i < 3; ++i) tell(catalogue);
  const auto condition = [&](const char* name) {
    return kube.find({"refloat.dev", "v1alpha1", "playbooks", "argocd", name, {}})->at("status").at("conditions")[0];
  };
  EXPECT_EQ(condition("mine")["status"], "True");
  EXPECT_EQ(condition("thief")["reason"], "DuplicatePlaybook");
  EXPECT_EQ(kube.count("patch"), 2);
  EXPECT_EQ(events.counts().sent, 1U);
  catalogue.tell_all_again();  // by another replica that begins to act
  tell(catalogue);
  EXPECT_EQ(kube.count("patch"), 2);
  EXPECT_EQ(events.counts().sent, 1U);
  EXPECT_THAT(failures, IsEmpty());
}

TEST_F(Catalogue, what_cannot_be_written_is_said_once_or_tried_again) {
  PlaybookCatalogue catalogue(base);
  put(catalogue, object("thief", "own-failure"));
  put(catalogue, object("robber", "own-failure"));
  catalogue.refresh();
  kube.fail = [](const std::string& verb, const Resource& at) -> std::optional<Error> {
    if (at.plural != "playbooks" || verb != "patch") return std::nullopt;
    return Error{ErrorKind::transient, "away"};
  };
  tell(catalogue);
  EXPECT_THAT(failures, IsEmpty());
  EXPECT_EQ(kube.count("patch"), 1) << "the other waits, too";
  tell(catalogue);
  EXPECT_EQ(kube.count("patch"), 1) << "not again at once";
  kube.fail = [](const std::string& verb, const Resource& at) -> std::optional<Error> {
    if (at.plural != "playbooks" || verb != "patch") return std::nullopt;
    return Error{ErrorKind::denied, "may not patch"};
  };
  clock.time += std::chrono::minutes(2);
  tell(catalogue);
  tell(catalogue);
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_THAT(failures[0], HasSubstr("may not patch"));
  EXPECT_EQ(events.counts().sent, 2U) << "the Events say it all the same";
}

// Events wait behind it, and so does the end of the process.
TEST_F(Catalogue, few_are_told_at_a_time_and_none_once_it_is_to_stop) {
  PlaybookCatalogue catalogue(base);
  for (int i = 10; i < 22; ++i) put(catalogue, object("book-" + std::to_string(i), "failure-" + std::to_string(i)));
  catalogue.refresh();
  std::stop_source stop;
  stop.request_stop();
  catalogue.tell(kube, events, clock.now(), {}, stop.get_token());
  EXPECT_EQ(kube.count("patch"), 0);
  tell(catalogue);
  EXPECT_EQ(kube.count("patch"), 5);
  for (int i = 0; i < 3; ++i) tell(catalogue);
  EXPECT_EQ(kube.count("patch"), 12) << "all in the end, each once";
}

TEST_F(Catalogue, those_that_are_being_edited_all_the_time_keep_no_other_from_being_told) {
  PlaybookCatalogue catalogue(base);
  for (int i = 10; i < 22; ++i) put(catalogue, object("book-" + std::to_string(i), "failure-" + std::to_string(i)));
  catalogue.refresh();
  kube.fail = [](const std::string& verb, const Resource& at) -> std::optional<Error> {
    if (at.plural != "playbooks" || verb != "patch" || at.name > "book-16") return std::nullopt;
    return Error{ErrorKind::stale, "it has been modified"};
  };
  for (int i = 0; i < 3; ++i) tell(catalogue);
  const Json* last = kube.find({"refloat.dev", "v1alpha1", "playbooks", "argocd", "book-21", {}});
  EXPECT_TRUE(last->contains("status"));
}

TEST_F(Catalogue, one_that_cannot_be_taken_in_any_more_counts_no_more_and_is_told) {
  PlaybookCatalogue catalogue(base);
  const Json mine = object("mine", "my-failure");
  put(catalogue, mine);
  catalogue.refresh();
  Json outline{{"metadata", mine["metadata"]}};
  outline["metadata"]["generation"] = 2;
  catalogue.put_unreadable(outline, "nested deeper than 200");
  EXPECT_THAT(catalogue.refresh(), ElementsAre("argocd"));
  EXPECT_THAT(names(*catalogue.inputs_for("argocd")), ElementsAre("own-book"));
  EXPECT_EQ(catalogue.count(false), 1);
  Json stored = mine;
  stored["metadata"]["generation"] = 2;
  kube.put("refloat.dev", "v1alpha1", "playbooks", stored);
  tell(catalogue);
  const Json status = kube.find({"refloat.dev", "v1alpha1", "playbooks", "argocd", "mine", {}})->at("status");
  EXPECT_EQ(status["conditions"][0]["reason"], "InvalidPlaybook");
  EXPECT_THAT(text_at(status["conditions"][0], {"message"}), HasSubstr("nested deeper"));
}

TEST_F(Catalogue, metadata_alone_changes_nothing) {
  PlaybookCatalogue catalogue(base);
  Json mine = object("mine", "my-failure");
  put(catalogue, mine);
  catalogue.refresh();
  mine["metadata"]["labels"] = {{"team", "x"}};
  mine["metadata"]["annotations"] = {{"note", "y"}};
  mine["metadata"]["managedFields"] = Json::array({{{"manager", "kubectl"}}});
  catalogue.put(mine);
  EXPECT_THAT(catalogue.refresh(), IsEmpty());
  mine["metadata"]["generation"] = 2;  // edited and set back
  catalogue.put(mine);
  EXPECT_THAT(catalogue.refresh(), IsEmpty());
}

// Each leans on the next and the last on nobody, so one after the other is dropped: as dear as judging can be.
TEST_F(Catalogue, what_is_being_judged_keeps_no_turn_waiting) {
  PlaybookCatalogue catalogue(base);
  for (int i = 0; i < 100; ++i) {
    Json link = object("book-" + std::to_string(100 + i), "failure-" + std::to_string(100 + i));
    link["spec"]["signature"]["explains"] = {"failure-" + std::to_string(101 + i)};
    catalogue.put(link);
  }
  using Steady = std::chrono::steady_clock;
  std::atomic<bool> done{false};
  Steady::duration judging{0}, longest{0};
  std::jthread judge([&] {
    const auto began = Steady::now();
    catalogue.refresh();
    judging = Steady::now() - began;
    done = true;
  });
  while (!done) {
    const auto began = Steady::now();
    EXPECT_NE(catalogue.inputs_for("argocd"), nullptr);
    longest = std::max(longest, Steady::now() - began);
  }
  judge.join();
  EXPECT_LT(longest, judging / 2);
}

// --- read once -----------------------------------------------------------------------------------------------------------------------

TEST_F(Catalogue, a_plan_holds_as_long_as_the_playbooks_it_rests_on) {
  kube.put("refloat.dev", "v1alpha1", "playbooks", object("mine", "my-failure"));
  kube.put("refloat.dev", "v1alpha1", "playbooks", object("elsewhere", "my-failure", "other"));
  const auto read = read_user_playbooks(kube, "", base.playbooks);
  ASSERT_TRUE(read) << read.error().message;
  Inputs inputs = base;
  for (const Playbook& playbook : read->usable) inputs.playbooks.push_back(playbook);
  inputs = inputs_for(inputs, "argocd");
  EXPECT_THAT(names(inputs), ElementsAre("own-book", "mine"));

  Plan plan;
  Finding finding;
  finding.playbook = "own-book";
  plan.findings = {finding};
  EXPECT_EQ(digest_of_users_playbooks(plan, inputs.playbooks), "");
  plan.findings[0].playbook = "mine";
  const std::string digest = digest_of_users_playbooks(plan, inputs.playbooks);
  EXPECT_NE(digest, "");
  EXPECT_NE(digest_of_users_playbooks(plan, base.playbooks), digest);
  Json edited = object("mine", "my-failure");
  edited["spec"]["summary"] = "Another.";
  kube.put("refloat.dev", "v1alpha1", "playbooks", edited);
  const auto users = read_user_playbooks(kube, "argocd", base.playbooks);
  ASSERT_TRUE(users);
  EXPECT_NE(digest_of_users_playbooks(plan, users->usable), digest);
}

TEST_F(Catalogue, a_kind_that_is_not_installed_has_no_playbooks_and_a_missing_right_is_an_error) {
  kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::not_found, "no such kind"}; };
  EXPECT_TRUE(read_user_playbooks(kube, "", base.playbooks)->usable.empty());
  kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::denied, "may not list"}; };
  EXPECT_EQ(read_user_playbooks(kube, "", base.playbooks).error().kind, ErrorKind::denied);
}

// A page of one object, as the API server gives it.
void page(test::FakeKube& kube, const std::string& token, const std::string& item, const std::string& next) {
  const std::string path = "/apis/refloat.dev/v1alpha1/namespaces/argocd/playbooks?limit=1" + (token.empty() ? "" : "&continue=" + token);
  const std::string text = R"({"kind": "PlaybookList", "metadata": {"continue": ")" + next + R"("}, "items": [)" + item + "]}";
  const auto json = parse_json(text);
  kube.raw[path] = json ? *json : Json(text);
}

TEST_F(Catalogue, one_that_breaks_the_list_costs_only_itself) {
  kube.fail = [](const std::string& verb, const Resource&) -> std::optional<Error> {
    if (verb == "list") return Error{ErrorKind::invalid, "the answer is no JSON object"};
    return std::nullopt;
  };
  Json deep = object("deep", "deep");
  deep["spec"]["signature"]["confirm"] = "HERE";
  std::string text = deep.dump();
  text.replace(text.find("\"HERE\""), 6, std::string(300, '[') + std::string(300, ']'));
  page(kube, "", object("first", "first").dump(), "a");
  page(kube, "a", text, "b");
  page(kube, "b", object("last", "last").dump(), "");
  const auto read = read_user_playbooks(kube, "argocd", base.playbooks);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->usable.size(), 2U);
  const auto refused = std::find_if(read->verdicts.begin(), read->verdicts.end(), [](const auto& each) { return !each.usable; });
  ASSERT_NE(refused, read->verdicts.end());
  EXPECT_EQ(refused->ref.name, "deep");
  EXPECT_THAT(refused->message, HasSubstr("too deeply"));
}

TEST_F(Catalogue, for_a_run_a_kind_that_is_not_there_says_nothing_about_its_playbooks) {
  test::FakeDatabases databases;
  Ports ports{kube, databases, clock};
  Stack stack;
  stack.ns = "argocd";
  Plan plan;
  EXPECT_TRUE(inputs_for_run(ports, base, stack, plan)) << "it rests on none";
  EXPECT_EQ(kube.count("list"), 0);
  plan.playbooks = "digest";
  for (const ErrorKind kind : {ErrorKind::not_found, ErrorKind::denied}) {
    kube.fail = [kind](const std::string&, const Resource&) { return Error{kind, "refused"}; };
    EXPECT_EQ(inputs_for_run(ports, base, stack, plan).error().kind, kind);
  }
}

// --- what the API server takes -------------------------------------------------------------------------------------------------------

TEST(PlaybookObjects, that_the_api_server_takes_can_be_read_but_for_what_only_we_know) {
  for (const char* name : {"playbook-whole", "playbook-outside-stacks"}) {
    std::ifstream in(source_dir() / "tests/e2e/kinds/accept" / (std::string(name) + ".yaml"));
    std::ostringstream text;
    text << in.rdbuf();
    Diagnostics diagnostics;
    EXPECT_TRUE(read_playbook(text.str(), name, vocabulary(), diagnostics)) << diagnostics.render();
  }
}

}  // namespace
}  // namespace refloat
