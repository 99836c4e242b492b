#include "journal/open_journal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "journal/holder.h"
#include "unit/journal/fixture.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

struct OpenJournal : testing::Test {
  test::FakeKube kube;
  test::FakeClock clock;
  Stack stack;
  JournalOptions options;

  OpenJournal() {
    stack.name = "temporal-dev";
    stack.ns = "argocd";
    std::string name = (std::filesystem::temp_directory_path() / "refloat-open-XXXXXX").string();
    options.state_directory = ::mkdtemp(name.data());
  }
  ~OpenJournal() override { std::filesystem::remove_all(options.state_directory); }

  std::unique_ptr<Journal> open(const std::string& identity) {
    options.identity = identity;
    auto journal = open_journal(kube, clock, stack, options);
    EXPECT_TRUE(journal);
    return std::move(*journal);
  }
  void install_kind() { kube.raw["/apis/refloat.dev/v1alpha1"] = {{"resources", {{{"name", "recoveries"}}}}}; }
  [[nodiscard]] std::string holder() const {
    const Json* lease = kube.find({"coordination.k8s.io", "v1", "leases", "argocd", "refloat-temporal-dev", {}});
    return lease == nullptr ? "none" : text_at(*lease, {"spec", "holderIdentity"});
  }
  [[nodiscard]] int writes() const { return kube.count("create") + kube.count("patch") + kube.count("replace"); }
};

TEST_F(OpenJournal, takes_the_cluster_where_it_knows_the_kind_and_a_file_elsewhere) {
  EXPECT_NE(open("a")->where().find("file"), std::string::npos);
  install_kind();
  EXPECT_EQ(open("a")->where().find("file"), std::string::npos);
}

TEST_F(OpenJournal, an_api_that_cannot_say_is_an_error_not_a_file) {
  kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::transient, "503"}; };
  EXPECT_FALSE(open_journal(kube, clock, stack, options));
}

// Another machine's replica, whose process nobody here can look at.
TEST_F(OpenJournal, a_short_lease_that_is_not_renewed_goes_to_another_controller_by_its_own_clock) {
  install_kind();
  options.lease_duration = std::chrono::seconds(20);
  auto dead = open("a");
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(dead->save(recovery));
  kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::transient, "its machine is gone"}; };
  dead.reset();
  kube.fail = nullptr;
  auto other = open("b");
  Recovery taken = **other->unfinished("argocd", "temporal-dev");
  EXPECT_EQ(other->save(taken).error().kind, ErrorKind::stale);
  clock.time += std::chrono::seconds(15);
  EXPECT_EQ(other->save(taken).error().kind, ErrorKind::stale);
  clock.time += std::chrono::seconds(6);
  EXPECT_TRUE(other->save(taken));
  EXPECT_EQ(holder(), "b");
}

TEST_F(OpenJournal, a_new_process_does_not_trust_a_foreign_clock_with_a_short_lease) {
  install_kind();
  options.lease_duration = std::chrono::seconds(20);
  auto live = open("a");
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(live->save(recovery));
  clock.time += std::chrono::minutes(5);  // ours is ahead, or it is slow: who knows
  auto other = open("b");
  Recovery taken = **other->unfinished("argocd", "temporal-dev");
  EXPECT_EQ(other->save(taken).error().kind, ErrorKind::stale);
}

TEST_F(OpenJournal, looking_takes_no_lease) {
  for (const bool kind : {false, true}) {
    if (kind) install_kind();
    ASSERT_TRUE(open("a")->unfinished("argocd", "temporal-dev"));
  }
  EXPECT_EQ(writes(), 0);
}

TEST_F(OpenJournal, a_second_run_is_told_who_holds_the_stack_and_since_when) {
  const auto first = open("a");
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(first->save(recovery));
  EXPECT_EQ(holder(), "a");
  Recovery same = recovery;
  const auto refused = open("b")->save(same);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::stale);
  for (const char* part : {"held by a", "2025-12-03T10:31:54", "free by 2025-12-03T10:46:54"})
    EXPECT_NE(refused.error().message.find(part), std::string::npos) << part;
  EXPECT_EQ(holder(), "a");
}

// What was sent came late, or somebody touched the Lease: it is still ours.
TEST_F(OpenJournal, a_conflict_about_our_own_lease_does_not_end_the_run) {
  int conflicts = 1;
  const auto first = open("a");
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(first->save(recovery));
  clock.time += std::chrono::minutes(2);
  kube.fail = [&](const std::string& verb, const Resource& object) -> std::optional<Error> {
    if (verb != "replace" || object.plural != "leases" || conflicts-- <= 0) return std::nullopt;
    return Error{ErrorKind::stale, "modified"};
  };
  const auto kept = first->keep();
  EXPECT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(holder(), "a");
}

TEST_F(OpenJournal, a_clock_that_was_set_back_does_not_stop_the_renewals) {
  const auto first = open("a");
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(first->save(recovery));
  const int before = kube.count("replace");
  clock.time -= std::chrono::hours(1);
  EXPECT_TRUE(first->keep());
  EXPECT_GT(kube.count("replace"), before);
}

TEST_F(OpenJournal, the_lease_is_given_back_at_the_end_and_on_an_interrupted_run) {
  Recovery recovery = test::small_recovery();
  {
    const auto first = open("a");
    ASSERT_TRUE(first->save(recovery));
  }
  EXPECT_EQ(holder(), "") << "interrupted";
  const auto second = open("b");
  Recovery resumed = **second->unfinished("argocd", "temporal-dev");
  ASSERT_TRUE(second->save(resumed));
  EXPECT_EQ(holder(), "b");
  resumed.verdict = Verdict::recovered;
  ASSERT_TRUE(second->save(resumed));
  EXPECT_EQ(holder(), "") << "finished";
}

TEST_F(OpenJournal, a_run_that_went_silent_for_long_loses_the_lease_and_notices) {
  const auto first = open("a");
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(first->save(recovery));
  clock.time += std::chrono::minutes(16);
  const auto second = open("b");
  Recovery taken = recovery;
  ASSERT_TRUE(second->save(taken));
  EXPECT_EQ(first->save(recovery).error().kind, ErrorKind::stale);
  EXPECT_EQ(first->keep().error().kind, ErrorKind::stale);
  EXPECT_EQ(holder(), "b");
}

TEST_F(OpenJournal, keeping_renews_so_a_slow_step_is_not_taken_over) {
  const auto first = open("a");
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(first->save(recovery));
  for (int minute = 0; minute < 30; ++minute) {
    clock.time += std::chrono::minutes(1);
    ASSERT_TRUE(first->keep());
  }
  Recovery same = recovery;
  EXPECT_FALSE(open("b")->save(same));
}

TEST_F(OpenJournal, a_dead_process_of_this_machine_is_taken_over_at_once) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string identity = own_identity();
    (void)!::write(ends[1], identity.data(), identity.size());
    ::_exit(0);
  }
  char buffer[512];
  const ssize_t n = ::read(ends[0], buffer, sizeof buffer);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  const std::string dead(buffer, static_cast<std::size_t>(n));
  ASSERT_TRUE(is_dead_here(dead)) << dead;
  kube.put("coordination.k8s.io", "v1", "leases",
           {{"metadata", {{"namespace", "argocd"}, {"name", "refloat-temporal-dev"}}},
            {"spec", {{"holderIdentity", dead}, {"leaseDurationSeconds", 900}, {"renewTime", format_micro_time(clock.now())}}}});
  Recovery recovery = test::small_recovery();
  const auto journal = open("b");
  EXPECT_TRUE(journal->save(recovery));
  EXPECT_EQ(holder(), "b");
}

TEST_F(OpenJournal, without_the_right_to_leases_nothing_is_started) {
  kube.fail = [](const std::string&, const Resource& r) -> std::optional<Error> {
    return r.plural == "leases" ? std::optional(Error{ErrorKind::denied, "no"}) : std::nullopt;
  };
  Recovery recovery = test::small_recovery();
  const auto saved = open("a")->save(recovery);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::denied);
  EXPECT_FALSE(*open("a")->unfinished("argocd", "temporal-dev"));
}

TEST(holder, only_a_provably_dead_process_counts_as_dead) {
  EXPECT_FALSE(is_dead_here(own_identity()));
  for (const char* foreign : {"", "a", "host/1", "other-host/999999@b.1.5", "x/y@z.w.v", "/@."})
    EXPECT_FALSE(is_dead_here(foreign)) << foreign;
  // The same pid with another start time is another process: the one named is dead.
  std::string reused = own_identity();
  reused.replace(reused.rfind('.') + 1, std::string::npos, "1");
  EXPECT_TRUE(is_dead_here(reused));
}

}  // namespace
}  // namespace refloat
