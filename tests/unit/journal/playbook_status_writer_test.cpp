#include "journal/playbook_status_writer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "unit/journal/fixture.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

struct PlaybookStatus : testing::Test {
  test::FakeKube kube;
  PlaybookVerdict refused{{"Playbook", "argocd", "mine", "uid-1"}, 2, false, "InvalidPlaybook", "spec.signature: wrong; mend it"};

  PlaybookStatus() { put(2); }
  void put(int generation, const std::string& uid = "uid-1") {
    kube.put("refloat.dev", "v1alpha1", "playbooks",
             {{"metadata", {{"name", "mine"}, {"namespace", "argocd"}, {"uid", uid}, {"generation", generation}}}});
  }
  Json status() const { return kube.find({"refloat.dev", "v1alpha1", "playbooks", "argocd", "mine", {}})->value("status", Json()); }
  Result<StatusWrite> write(const PlaybookVerdict& verdict, int seconds = 0) {
    return write_playbook_status(kube, verdict, test::at(seconds));
  }
};

TEST_F(PlaybookStatus, tells_the_reason_and_which_generation_it_is_about) {
  const auto written = write(refused);
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(*written, StatusWrite::written);
  const Json condition = status()["conditions"][0];
  EXPECT_EQ(condition["type"], "Ready");
  EXPECT_EQ(condition["status"], "False");
  EXPECT_EQ(condition["reason"], "InvalidPlaybook");
  EXPECT_EQ(condition["message"], refused.message);
  EXPECT_EQ(status()["observedGeneration"], 2);
}

TEST_F(PlaybookStatus, says_the_same_once_and_keeps_the_time_of_the_last_change) {
  ASSERT_TRUE(write(refused));
  EXPECT_EQ(*write(refused, 60), StatusWrite::unchanged);
  EXPECT_EQ(kube.count("patch"), 1);
  refused.message = "another mistake";
  EXPECT_EQ(*write(refused, 120), StatusWrite::written);
  EXPECT_EQ(status()["conditions"][0]["lastTransitionTime"], format_time(test::at(0)));
  refused.usable = true;
  EXPECT_EQ(*write(refused, 180), StatusWrite::written);
  EXPECT_EQ(status()["conditions"][0]["lastTransitionTime"], format_time(test::at(180)));
}

TEST_F(PlaybookStatus, nothing_is_said_about_an_object_that_is_another_by_now) {
  put(3);
  EXPECT_EQ(*write(refused), StatusWrite::unchanged);
  put(2, "uid-2");
  EXPECT_EQ(*write(refused), StatusWrite::unchanged);
  kube.drop({"refloat.dev", "v1alpha1", "playbooks", "argocd", "mine", {}});
  EXPECT_EQ(*write(refused), StatusWrite::unchanged);
  EXPECT_EQ(kube.count("patch"), 0);
}

// Nested so deep that neither it nor the answer to a write can be taken in.
TEST_F(PlaybookStatus, an_object_that_cannot_be_taken_in_is_told_so_all_the_same) {
  kube.fail = [](const std::string& verb, const Resource&) -> std::optional<Error> {
    if (verb == "get") return Error{ErrorKind::invalid, "the answer is no JSON object"};
    return std::nullopt;
  };
  EXPECT_EQ(*write(refused), StatusWrite::written);
  EXPECT_EQ(status()["conditions"][0]["reason"], "InvalidPlaybook");
  kube.fail = [](const std::string& verb, const Resource&) -> std::optional<Error> {
    return Error{verb == "get" ? ErrorKind::invalid : ErrorKind::ambiguous, "done, but the answer is no JSON object"};
  };
  EXPECT_EQ(*write(refused), StatusWrite::written);
  refused.usable = true;
  EXPECT_FALSE(write(refused)) << "what was read a moment ago is read again";
}

}  // namespace
}  // namespace refloat
