#include "reconcile/playbook_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "config/playbook_reader.h"
#include "reconcile/user_playbooks.h"
#include "unit/support/fake_clock.h"
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
  kube.fail = [](const std::string& verb, const Resource& at) -> std::optional<Error> {
    if (at.plural != "playbooks" || verb != "patch") return std::nullopt;
    return Error{ErrorKind::denied, "may not patch"};
  };
  tell(catalogue);
  tell(catalogue);
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_THAT(failures[0], HasSubstr("may not patch"));
  EXPECT_EQ(events.counts().sent, 2U) << "the Events say it all the same";
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
