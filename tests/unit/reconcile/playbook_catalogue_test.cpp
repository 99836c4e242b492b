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
#include <utility>
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

// How long the longest answer took while they were judged, and how long that took.
std::pair<std::chrono::steady_clock::duration, std::chrono::steady_clock::duration> asked_while_judging(PlaybookCatalogue& catalogue) {
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
  return {longest, judging};
}

// Each leans on the next and the last on nobody, so one after the other is dropped: as dear as judging can be. A machine that does
// something else meanwhile may keep anyone waiting, but not each time.
TEST_F(Catalogue, what_is_being_judged_keeps_no_turn_waiting) {
  std::vector<std::string> effects(60);
  for (std::size_t i = 0; i < effects.size(); ++i) {
    Playbook& own = base.playbooks.emplace_back();
    own.name = "own-" + std::to_string(i);
    own.signature.id = effects[i] = "own-failure-" + std::to_string(i);
    own.signature.severity = Severity::info;
  }
  bool kept_waiting = true;
  for (int attempt = 0; attempt < 5 && kept_waiting; ++attempt) {
    PlaybookCatalogue catalogue(base);
    for (int i = 0; i < 100; ++i) {
      Json link = object("book-" + std::to_string(100 + i), "failure-" + std::to_string(100 + i));
      link["spec"]["signature"]["explains"] = effects;
      link["spec"]["signature"]["explains"].push_back("failure-" + std::to_string(101 + i));
      catalogue.put(link);
    }
    const auto [longest, judging] = asked_while_judging(catalogue);
    EXPECT_EQ(catalogue.count(true), 0);
    kept_waiting = longest >= judging / 2;
  }
  EXPECT_FALSE(kept_waiting);
}

Json numbered(int number, std::size_t bytes = 0) {
  Json book = object("book-" + std::to_string(1000 + number), "failure-" + std::to_string(1000 + number));
  book["metadata"]["creationTimestamp"] = "2025-12-05T10:00:00Z";
  if (bytes > 0) book["spec"]["explanation"] = std::string(bytes, 'x');
  return book;
}

// What is left out costs no memory, and comes back without being edited.
TEST_F(Catalogue, one_that_there_was_no_room_for_is_read_again_once_there_is) {
  PlaybookCatalogue catalogue(base);
  const auto read_again = [&] { return kube.count("get /apis/refloat.dev/v1alpha1/namespaces/argocd/playbooks/book-110"); };
  const int count = static_cast<int>(user_playbooks_max) * 3;
  for (int i = count; i-- > 0;) put(catalogue, numbered(i));  // the oldest last
  catalogue.refresh();
  EXPECT_EQ(catalogue.count(true), static_cast<int>(user_playbooks_max));
  EXPECT_EQ(read_again(), 0);
  for (int i = 0; i < 3; ++i) catalogue.remove("argocd/book-" + std::to_string(1000 + i));
  catalogue.refresh();
  EXPECT_EQ(catalogue.count(true), static_cast<int>(user_playbooks_max) - 3);
  tell(catalogue);
  EXPECT_EQ(read_again(), 3);
  EXPECT_THAT(catalogue.refresh(), ElementsAre("argocd"));
  EXPECT_EQ(catalogue.count(true), static_cast<int>(user_playbooks_max));
  tell(catalogue);
  EXPECT_EQ(read_again(), 3);
}

TEST_F(Catalogue, of_what_there_is_no_room_for_nothing_but_its_size_is_kept) {
  PlaybookCatalogue catalogue(base);
  for (int i = 0; i < 60; ++i) {
    catalogue.put(numbered(i, std::size_t{90} * 1024));
    EXPECT_LE(catalogue.kept_bytes("argocd"), 2 * user_playbook_bytes_max + user_playbook_bytes_max / user_playbook_share);
  }
  catalogue.refresh();
  EXPECT_LE(catalogue.kept_bytes("argocd"), user_playbook_bytes_max);
}

TEST_F(Catalogue, only_who_judges_outside_of_stacks_changes_anything_there) {
  PlaybookCatalogue catalogue(base);
  Json mine = object("mine", "my-failure");
  put(catalogue, mine);
  EXPECT_THAT(catalogue.refresh(), ElementsAre("argocd"));
  EXPECT_THAT(catalogue.take_changed_outside(), IsEmpty());
  mine["spec"]["signature"]["forEach"] = "application";
  mine["spec"]["signature"]["outsideStacks"] = true;
  mine["spec"]["signature"]["confirm"] = {{"application", {{"health", {"Degraded"}}}}};
  put(catalogue, mine);
  catalogue.refresh();
  EXPECT_THAT(catalogue.take_changed_outside(), ElementsAre("argocd"));
  catalogue.remove("argocd/mine");
  catalogue.refresh();
  EXPECT_THAT(catalogue.take_changed_outside(), ElementsAre("argocd")) << "what it found there is not found any more";
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

// A run takes a pass every half second.
TEST_F(Catalogue, for_a_run_only_the_playbooks_that_it_names_are_read) {
  for (const char* name : {"mine", "another"})
    kube.put("refloat.dev", "v1alpha1", "playbooks", object(name, std::string(name) + "-failure"));
  Inputs inputs = base;
  const auto users = read_user_playbooks(kube, "argocd", base.playbooks);
  for (const Playbook& playbook : users->usable) inputs.playbooks.push_back(playbook);
  test::FakeDatabases databases;
  Ports ports{kube, databases, clock};
  Stack stack;
  stack.ns = "argocd";
  Plan plan;
  plan.findings.resize(2);
  plan.findings[0].playbook = "mine";
  plan.findings[1].playbook = "own-book";
  plan.playbooks = digest_of_users_playbooks(plan, inputs.playbooks);
  kube.calls.clear();
  const auto same = inputs_for_run(ports, inputs, stack, plan);
  ASSERT_TRUE(same);
  EXPECT_EQ(kube.calls, std::vector<std::string>{"get /apis/refloat.dev/v1alpha1/namespaces/argocd/playbooks/mine"});
  EXPECT_EQ(digest_of_users_playbooks(plan, same->playbooks), plan.playbooks);

  EXPECT_EQ(digest_of_users_playbooks(plan, inputs_for_run(ports, base, stack, plan)->playbooks), plan.playbooks) << "never heard of";
  Json edited = object("mine", "mine-failure");
  edited["spec"]["summary"] = "Another.";
  kube.put("refloat.dev", "v1alpha1", "playbooks", edited);
  const auto changed = inputs_for_run(ports, inputs, stack, plan);
  EXPECT_NE(digest_of_users_playbooks(plan, changed->playbooks), plan.playbooks);
  kube.drop({"refloat.dev", "v1alpha1", "playbooks", "argocd", "mine", ""});
  EXPECT_NE(digest_of_users_playbooks(plan, inputs_for_run(ports, inputs, stack, plan)->playbooks), plan.playbooks);
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
