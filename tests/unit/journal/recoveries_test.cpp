#include "journal/recoveries.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "journal/crd_journal.h"
#include "journal/stack_status_writer.h"
#include "model/attempts.h"
#include "unit/journal/fixture.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

struct Recoveries : testing::Test {
  test::FakeKube kube;
  Stack stack;
  Plan plan = test::small_recovery().plan;

  Recoveries() {
    stack.name = "temporal-dev";
    stack.ns = "argocd";
    stack.uid = "stack-uid";
    stack.generation = 1;
    plan.digest = std::string(64, 'd');
    put_stack(nullptr);
  }
  void put_stack(const Json& status, int generation = 1, const std::string& uid = "stack-uid") {
    Json object{{"metadata", {{"name", stack.name}, {"namespace", stack.ns}, {"uid", uid}, {"generation", generation}}}};
    if (!status.is_null()) object["status"] = status;
    kube.put("refloat.dev", "v1alpha1", "stacks", object);
    stack.resource_version = text_at(*kube.find(stack_at()), {"metadata", "resourceVersion"});
  }
  Resource stack_at() const { return {"refloat.dev", "v1alpha1", "stacks", stack.ns, stack.name, {}}; }
  static Resource at(const std::string& name) { return {"refloat.dev", "v1alpha1", "recoveries", "argocd", name, {}}; }
  Result<Recovery> request(Stage stage = Stage::awaiting_approval) { return request_recovery(kube, stack, plan, stage, test::at(0)); }
  void decide(const Recovery& recovery, const char* decision) {
    const Json approval{{"decision", decision}, {"planDigest", recovery.plan.digest}, {"by", "jane"}};
    ASSERT_TRUE(kube.patch(at(recovery.name), PatchType::merge, Json{{"spec", {{"approval", approval}}}}, {}));
  }
};

TEST_F(Recoveries, one_that_waits_belongs_to_its_stack_and_tells_its_phase) {
  const auto made = request();
  ASSERT_TRUE(made) << made.error().message;
  const Json& object = *kube.find(at(made->name));
  EXPECT_EQ(object["metadata"]["ownerReferences"][0]["uid"], "stack-uid");
  EXPECT_EQ(object["metadata"]["labels"]["refloat.dev/stack"], "temporal-dev");
  EXPECT_EQ(object["spec"]["needsApproval"], true);
  EXPECT_EQ(object["spec"]["planDigest"], plan.digest);
  EXPECT_EQ(object["status"]["phase"], "AwaitingApproval");
  EXPECT_FALSE(may_run(*made));
}

TEST_F(Recoveries, a_second_is_refused_while_one_is_open_and_has_another_name_later) {
  auto first = request();
  ASSERT_TRUE(first);
  EXPECT_EQ(request().error().kind, ErrorKind::stale);
  ASSERT_TRUE(close_recovery(kube, *first, Verdict::failed, "over", test::at(9)));
  const auto second = request();
  ASSERT_TRUE(second);
  EXPECT_NE(second->name, first->name);
}

TEST_F(Recoveries, of_two_replicas_one_makes_it_whatever_plan_each_has) {
  // The other replica makes its own right after our looks, from a plan with another digest.
  test::FakeKube before = kube;
  Plan other = plan;
  other.digest = std::string(64, 'e');
  const auto theirs = request_recovery(before, stack, other, Stage::running, test::at(0));
  ASSERT_TRUE(theirs);
  bool raced = false;
  kube.fail = [&](const std::string& verb, const Resource& resource) -> std::optional<Error> {
    if (verb == "create" && !raced) {
      raced = true;
      kube.put("refloat.dev", "v1alpha1", "recoveries", *before.find(at(theirs->name)));
      EXPECT_EQ(resource.name, theirs->name);
    }
    return std::nullopt;
  };
  const auto ours = request(Stage::running);
  EXPECT_TRUE(raced);
  ASSERT_FALSE(ours);
  EXPECT_EQ(ours.error().kind, ErrorKind::stale);
  EXPECT_EQ((*kube.find(at(theirs->name)))["spec"]["planDigest"], other.digest);
}

TEST_F(Recoveries, a_name_is_not_used_again_when_the_history_is_deleted) {
  const auto first = request();
  ASSERT_TRUE(first);
  kube.drop(at(first->name));
  put_stack({{"recoveriesMade", 1}});
  const auto second = request();
  ASSERT_TRUE(second);
  EXPECT_NE(second->name, first->name);
  kube.drop(at(second->name));
  put_stack(nullptr, 1, "another-uid");
  stack.uid = "another-uid";
  const auto third = request();
  ASSERT_TRUE(third);
  EXPECT_NE(third->name, first->name) << "a Stack made anew";
}

TEST_F(Recoveries, a_stack_that_changed_or_was_deleted_gets_none) {
  put_stack(nullptr, 2);
  EXPECT_EQ(request().error().kind, ErrorKind::stale);
  put_stack(nullptr, 1, "another-uid");
  EXPECT_EQ(request().error().kind, ErrorKind::stale);
  kube.drop(stack_at());
  EXPECT_EQ(request().error().kind, ErrorKind::stale);
  EXPECT_EQ(kube.count("create"), 0);
}

TEST_F(Recoveries, a_lost_answer_to_the_creation_is_resolved_by_looking) {
  bool lost = false;
  kube.fail = [&](const std::string& verb, const Resource& resource) -> std::optional<Error> {
    if (verb != "create" || lost) return std::nullopt;
    lost = true;
    Json object{{"apiVersion", "refloat.dev/v1alpha1"},
                {"kind", "Recovery"},
                {"metadata", {{"name", resource.name}, {"namespace", "argocd"}}},
                {"spec", {{"stack", stack.name}, {"planDigest", plan.digest}, {"needsApproval", true}, {"plan", to_json(plan)}}}};
    kube.put("refloat.dev", "v1alpha1", "recoveries", object);
    return Error{ErrorKind::ambiguous, "no answer"};
  };
  const auto made = request();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ((*kube.find(at(made->name)))["status"]["phase"], "AwaitingApproval");
}

TEST_F(Recoveries, a_maker_that_died_before_the_status_left_one_that_still_waits) {
  kube.fail = [](const std::string& verb, const Resource&) -> std::optional<Error> {
    return verb == "patch" ? std::optional(Error{ErrorKind::transient, "killed"}) : std::nullopt;
  };
  EXPECT_FALSE(request());
  kube.fail = nullptr;
  const auto list = list_recoveries(kube, "argocd", "temporal-dev");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->recoveries.size(), 1U);
  EXPECT_EQ(phase_of(list->recoveries[0]), "AwaitingApproval");
  EXPECT_FALSE(may_run(list->recoveries[0])) << "nobody approved it";
}

TEST_F(Recoveries, an_approval_lets_it_begin_and_the_journal_go_on) {
  auto made = request();
  ASSERT_TRUE(made);
  EXPECT_EQ(begin_recovery(kube, *made, "me", test::at(1)).error().kind, ErrorKind::invalid);
  decide(*made, "approve");
  auto approved = read_recovery(kube, "argocd", made->name);
  ASSERT_TRUE(approved) << approved.error().message;
  ASSERT_TRUE(begin_recovery(kube, *approved, "me", test::at(2)));
  EXPECT_EQ((*kube.find(at(made->name)))["status"]["phase"], "Running");
  const auto journal = make_crd_journal(kube, "argocd");
  approved->steps[0].state = StepState::running;
  EXPECT_TRUE(journal->save(*approved));
  EXPECT_EQ(read_recovery(kube, "argocd", made->name)->approval->by, "jane") << "the journal leaves spec alone";
}

TEST_F(Recoveries, what_nobody_wrote_since_is_not_read_anew_and_an_approval_is) {
  auto made = request();
  ASSERT_TRUE(made);
  Recovery known = *made;
  known.message = "only in memory";
  EXPECT_EQ(read_recovery(kube, known)->message, "only in memory");
  decide(*made, "approve");
  const auto now = read_recovery(kube, known);
  EXPECT_EQ(now->message, made->message);
  EXPECT_TRUE(is_approved(*now));
}

TEST_F(Recoveries, a_note_on_the_object_does_not_stop_its_run_but_an_abort_does) {
  auto made = request(Stage::running);
  ASSERT_TRUE(made);
  const auto journal = make_crd_journal(kube, "argocd");
  ASSERT_TRUE(journal->save(*made));
  ASSERT_TRUE(kube.patch(at(made->name), PatchType::merge, Json{{"metadata", {{"annotations", {{"note", "seen"}}}}}}, {}));
  made->message = "goes on";
  ASSERT_TRUE(journal->save(*made)) << "only the journal itself fences";
  EXPECT_EQ((*kube.find(at(made->name)))["status"]["message"], "goes on");
  decide(*made, "abort");
  made->message = "one more";
  const auto stopped = journal->save(*made);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::stale);
  EXPECT_NE(stopped.error().message.find("jane"), std::string::npos);
}

TEST_F(Recoveries, what_cannot_be_read_is_listed_with_its_stack) {
  auto made = request();
  ASSERT_TRUE(made);
  Json broken = *kube.find(at(made->name));
  broken["status"]["phase"] = "Dozing";
  kube.put("refloat.dev", "v1alpha1", "recoveries", broken);
  const auto list = list_recoveries(kube, {}, {});
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->recoveries.empty());
  ASSERT_EQ(list->unreadable.size(), 1U);
  EXPECT_EQ(list->unreadable[0].stack, "temporal-dev");
}

// --- history ------------------------------------------------------------------------------------------------------------------------

std::vector<Recovery> finished(int count, int first_minute) {
  std::vector<Recovery> list;
  for (int i = 0; i < count; ++i) {
    Recovery recovery = test::small_recovery("r" + std::to_string(i));
    recovery.verdict = Verdict::recovered;
    recovery.finished_at = test::at((first_minute + i) * 60);
    list.push_back(recovery);
  }
  return list;
}

TEST(superfluous, the_oldest_go_and_the_unfinished_stay) {
  Limits limits;
  limits.history_max = 3;
  auto all = finished(5, 0);
  all.insert(all.begin(), test::small_recovery("open"));
  const Time now = test::at(60 * 60 * 24);
  const auto old = superfluous(all, limits, now);
  ASSERT_EQ(old.size(), 2U);
  EXPECT_EQ(old[0]->name, "r0");
  EXPECT_EQ(old[1]->name, "r1");
}

TEST(superfluous, what_still_counts_as_an_attempt_stays) {
  Limits limits;
  limits.history_max = 1;
  const auto all = finished(5, 0);
  const Time now = test::at(5 * 60);
  EXPECT_TRUE(superfluous(all, limits, now).empty());
  const int before = attempts_of(all, limits, now).in_window;
  std::vector<Recovery> kept = all;
  for (const Recovery* gone : superfluous(all, limits, now)) std::erase_if(kept, [&](const Recovery& r) { return r.name == gone->name; });
  EXPECT_EQ(attempts_of(kept, limits, now).in_window, before);
}

TEST_F(Recoveries, pruning_spares_what_changed_since_it_was_read) {
  Limits limits;
  limits.history_max = 1;
  std::vector<Recovery> all = finished(3, 0);
  for (Recovery& recovery : all) {
    kube.put("refloat.dev", "v1alpha1", "recoveries", to_json(recovery));
    recovery = *read_recovery(kube, "argocd", recovery.name);
  }
  ASSERT_TRUE(kube.patch(at("r0"), PatchType::merge, Json{{"metadata", {{"labels", {{"keep", "me"}}}}}}, {}));
  const auto deleted = prune_recoveries(kube, all, limits, test::at(60 * 60 * 24));
  ASSERT_TRUE(deleted);
  EXPECT_EQ(*deleted, 1);
  EXPECT_NE(kube.find(at("r0")), nullptr);
  EXPECT_EQ(kube.find(at("r1")), nullptr);
}

// --- Stack.status -------------------------------------------------------------------------------------------------------------------

TEST_F(Recoveries, a_status_that_says_nothing_new_is_not_written) {
  const Json status{{"state", "Afloat"}, {"conditions", Json::array()}};
  ASSERT_EQ(*write_stack_status(kube, stack, nullptr, status), StatusWrite::written);
  EXPECT_EQ((*kube.find(stack_at()))["status"], status);
  const int calls = kube.count("");
  EXPECT_EQ(*write_stack_status(kube, stack, status, status), StatusWrite::unchanged);
  EXPECT_EQ(kube.count(""), calls);
}

TEST_F(Recoveries, a_status_is_fenced_and_loses_what_is_no_longer_said) {
  put_stack({{"state", "Aground"}, {"cause", "x"}, {"attempts", {{"inARow", 1}, {"freeAt", "t"}}}});
  const Json previous = (*kube.find(stack_at()))["status"];
  const Json next{{"state", "Afloat"}, {"attempts", {{"inARow", 0}}}};
  Stack old = stack;
  old.resource_version = "1";
  EXPECT_EQ(write_stack_status(kube, old, previous, next).error().kind, ErrorKind::stale);
  ASSERT_TRUE(write_stack_status(kube, stack, previous, next));
  EXPECT_EQ((*kube.find(stack_at()))["status"], next);
}

}  // namespace
}  // namespace refloat
