#include "journal/crd_journal.h"

#include <gtest/gtest.h>

#include <functional>

#include "unit/journal/fixture.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

struct CrdJournal : testing::Test {
  test::FakeKube kube;
  std::unique_ptr<Journal> journal = make_crd_journal(kube, "argocd");

  [[nodiscard]] std::optional<Recovery> unfinished() {
    auto found = make_crd_journal(kube, "argocd")->unfinished("argocd", "temporal-dev");
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? *found : std::nullopt;
  }
  // The next save lands, then `meanwhile` happens, and its answer is lost: sent once more by hand, then reported as lost.
  void lose_next_answer(const Recovery& recovery, const std::function<void()>& meanwhile = [] {}) {
    kube.fail = [&, meanwhile, lost = false](const std::string& verb, const Resource& resource) mutable -> std::optional<Error> {
      if (verb != "patch" || lost) return std::nullopt;
      lost = true;
      const Json body{{"metadata", {{"resourceVersion", recovery.resource_version}}}, {"status", to_json(recovery)["status"]}};
      EXPECT_TRUE(kube.patch(resource, PatchType::merge, body, {}));
      meanwhile();
      return Error{ErrorKind::ambiguous, "no answer"};
    };
  }
  static Resource at(const std::string& name) { return {"refloat.dev", "v1alpha1", "recoveries", "argocd", name, {}}; }
};

TEST_F(CrdJournal, plan_goes_to_spec_and_what_happened_to_status) {
  Recovery recovery = test::small_recovery();
  recovery.message = "on its way";
  ASSERT_TRUE(journal->save(recovery));
  const Json* object = kube.find(at(recovery.name));
  ASSERT_NE(object, nullptr);
  EXPECT_EQ((*object)["spec"]["stack"], "temporal-dev");
  EXPECT_EQ((*object)["status"]["message"], "on its way");
  EXPECT_EQ(kube.count("patch /apis/refloat.dev/v1alpha1/namespaces/argocd/recoveries/temporal-dev-1/status"), 1);
  EXPECT_EQ(recovery.resource_version, text_at(*object, {"metadata", "resourceVersion"}));
}

TEST_F(CrdJournal, another_process_finds_it_until_it_is_finished) {
  Recovery recovery = test::small_recovery();
  recovery.steps[0].effects.push_back({});
  ASSERT_TRUE(journal->save(recovery));
  const auto found = unfinished();
  ASSERT_TRUE(found);
  EXPECT_EQ(to_json(*found), to_json(recovery));
  recovery.verdict = Verdict::recovered;
  ASSERT_TRUE(journal->save(recovery));
  EXPECT_FALSE(unfinished());
}

TEST_F(CrdJournal, the_second_of_two_writers_is_stale) {
  Recovery first = test::small_recovery();
  ASSERT_TRUE(journal->save(first));
  Recovery second = *unfinished();
  first.message = "first";
  ASSERT_TRUE(journal->save(first));
  second.message = "second";
  EXPECT_EQ(journal->save(second).error().kind, ErrorKind::stale);
  EXPECT_EQ(unfinished()->message, "first");
}

TEST_F(CrdJournal, a_death_before_the_first_status_leaves_a_recovery_that_can_be_resumed) {
  kube.fail = [](const std::string& verb, const Resource&) -> std::optional<Error> {
    return verb == "patch" ? std::optional(Error{ErrorKind::transient, "killed"}) : std::nullopt;
  };
  Recovery recovery = test::small_recovery();
  EXPECT_FALSE(journal->save(recovery));
  kube.fail = nullptr;
  const auto found = unfinished();
  ASSERT_TRUE(found);
  ASSERT_EQ(found->steps.size(), 1U);
  EXPECT_EQ(found->steps[0].state, StepState::waiting);
  Recovery resumed = *found;
  EXPECT_TRUE(journal->save(resumed));
}

TEST_F(CrdJournal, a_lost_answer_is_resolved_by_looking) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(journal->save(recovery));
  recovery.message = "next";
  lose_next_answer(recovery);
  EXPECT_TRUE(journal->save(recovery));
  recovery.message = "after";
  EXPECT_TRUE(journal->save(recovery)) << "its own resourceVersion is known again";
}

TEST_F(CrdJournal, an_abort_written_while_an_answer_was_lost_is_heeded) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(journal->save(recovery));
  recovery.message = "next";
  lose_next_answer(recovery, [&] {
    const Json abort{{"spec", {{"approval", {{"decision", "abort"}, {"planDigest", ""}, {"by", "jane"}}}}}};
    EXPECT_TRUE(kube.patch(at(recovery.name), PatchType::merge, abort, {}));
  });
  const auto saved = journal->save(recovery);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::stale);
  EXPECT_NE(saved.error().message.find("jane"), std::string::npos) << saved.error().message;
}

// Its maker died between creating it and the second look: whoever takes it over looks.
TEST_F(CrdJournal, one_taken_over_is_withdrawn_when_another_acts_on_the_same_applications) {
  Recovery first = test::small_recovery("a-1");
  first.stack = first.plan.stack = "a";
  ASSERT_TRUE(journal->save(first));
  Recovery second = test::small_recovery("b-1");
  second.stack = second.plan.stack = "b";
  Json object = to_json(second);
  object["metadata"]["namespace"] = "argocd";
  kube.put("refloat.dev", "v1alpha1", "recoveries", object);
  auto other = make_crd_journal(kube, "argocd");
  auto found = other->unfinished("argocd", "b");
  ASSERT_TRUE(found && *found);
  Recovery taken = **found;
  EXPECT_EQ(other->save(taken).error().kind, ErrorKind::stale);
  EXPECT_EQ((*kube.find(at("b-1")))["status"]["verdict"], "Aborted");
  first.message = "goes on";
  EXPECT_TRUE(journal->save(first));
}

TEST_F(CrdJournal, a_lost_answer_of_a_write_that_did_not_land_is_not_taken_for_success) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(journal->save(recovery));
  recovery.message = "next";
  kube.fail = [](const std::string& verb, const Resource&) -> std::optional<Error> {
    return verb == "patch" ? std::optional(Error{ErrorKind::ambiguous, "no answer"}) : std::nullopt;
  };
  const auto saved = journal->save(recovery);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::ambiguous);
}

TEST_F(CrdJournal, one_acting_recovery_per_application_whatever_the_stack) {
  Recovery first = test::small_recovery("one", "shared-uid");
  ASSERT_TRUE(journal->save(first));
  Recovery other = test::small_recovery("two", "shared-uid");
  other.stack = other.plan.stack = "another-stack";
  const auto refused = journal->save(other);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("one"), std::string::npos);
  EXPECT_EQ(kube.find(at("two")), nullptr);
  first.verdict = Verdict::failed;
  ASSERT_TRUE(journal->save(first));
  EXPECT_TRUE(journal->save(other));
}

TEST_F(CrdJournal, other_applications_are_independent) {
  Recovery first = test::small_recovery("one", "uid-1");
  ASSERT_TRUE(journal->save(first));
  Recovery other = test::small_recovery("two", "uid-2");
  other.stack = other.plan.stack = "another-stack";
  EXPECT_TRUE(journal->save(other));
}

TEST_F(CrdJournal, of_two_that_start_together_one_withdraws) {
  Recovery rival = test::small_recovery("rival");
  bool raced = false;
  kube.fail = [&](const std::string& verb, const Resource& resource) -> std::optional<Error> {
    if (verb == "create" && resource.name == "mine" && !raced) {
      raced = true;
      kube.put("refloat.dev", "v1alpha1", "recoveries", to_json(rival));  // right after our first look
    }
    return std::nullopt;
  };
  Recovery mine = test::small_recovery("mine");
  const auto saved = journal->save(mine);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::stale);
  EXPECT_EQ((*kube.find(at("mine")))["status"]["verdict"], "Aborted");
}

TEST_F(CrdJournal, an_unreadable_unfinished_recovery_fails_closed) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(journal->save(recovery));
  Json broken = *kube.find(at(recovery.name));
  broken["status"]["steps"][0].erase("state");
  kube.put("refloat.dev", "v1alpha1", "recoveries", broken);
  EXPECT_FALSE(journal->unfinished("argocd", "temporal-dev"));
  Recovery next = test::small_recovery("next");
  EXPECT_FALSE(journal->save(next));
}

TEST(fit, trims_the_words_of_answered_effects_and_no_effect) {
  Recovery recovery = test::small_recovery();
  for (int i = 0; i < 300; ++i) {
    Effect effect;
    effect.outcome = std::string(2000, 'x');
    effect.state = i == 299 ? EffectState::intended : EffectState::applied;
    effect.describe = effect.outcome;
    effect.removed = Json::array({Json{{"row", i}}});
    recovery.steps[0].effects.push_back(effect);
  }
  const auto small = fit(recovery, recovery_bytes_max);
  ASSERT_TRUE(small);
  EXPECT_LE(to_json(*small).dump().size(), recovery_bytes_max);
  ASSERT_EQ(small->steps[0].effects.size(), 300U);
  EXPECT_EQ(small->steps[0].effects[299].describe.size(), 2000U) << "an open intent is kept whole";
  EXPECT_EQ(small->steps[0].effects[0].state, EffectState::applied);
  EXPECT_EQ(small->steps[0].effects[0].removed[0]["row"], 0) << "evidence of removed rows goes last";
}

TEST(fit, what_cannot_be_made_small_enough_is_refused) {
  Recovery recovery = test::small_recovery();
  recovery.plan.digest = std::string(2 * recovery_bytes_max, 'x');
  EXPECT_FALSE(fit(recovery, recovery_bytes_max));
}

TEST(application_uids, come_from_findings_and_writes) {
  Recovery recovery = test::small_recovery("x", "uid-1");
  KubeWrite write;
  write.object = {"Application", "argocd", "b", "uid-2"};
  recovery.plan.steps[0].writes = {write, SqlWrite{}};
  EXPECT_EQ(application_uids(recovery.plan), (std::set<std::string>{"uid-1", "uid-2"}));
}

}  // namespace
}  // namespace refloat
