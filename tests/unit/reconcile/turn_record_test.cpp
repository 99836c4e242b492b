#include "reconcile/turn_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "unit/report/exposition.h"
#include "unit/support/fake_clock.h"

namespace refloat {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Record : testing::Test {
  Metrics metrics;
  test::FakeClock clock;
  std::vector<std::pair<std::string, Json>> lines;
  TurnRecord record{metrics, clock, [this](const std::string& event, const Json& fields) { lines.emplace_back(event, fields); }};
  Recovery recovery;
  StackDiagnosis diagnosis;
  std::vector<Finding> news;

  Record() {
    recovery.name = "orders-3fa9-1";
    recovery.uid = "7d1e";
    recovery.started_at = clock.time - std::chrono::seconds(40);
    recovery.plan.made_at = clock.time - std::chrono::seconds(50);
    Finding cause;
    cause.signature = "lost";
    cause.since = clock.time - std::chrono::seconds(100);
    recovery.plan.findings = diagnosis.findings = news = {cause};
  }
  void tell(TurnReport::Kind kind, const std::string& text = "") {
    record.add({kind, "argocd/orders", &diagnosis, &recovery, text, &news});
  }
};

TEST_F(Record, every_line_of_a_recovery_names_it) {
  using Kind = TurnReport::Kind;
  for (const Kind kind :
       {Kind::looked, Kind::recovery_planned, Kind::recovery_started, Kind::step, Kind::waiting, Kind::failed, Kind::recovery_finished})
    tell(kind, "text");
  ASSERT_EQ(lines.size(), 7U);
  for (const auto& [event, fields] : lines) {
    EXPECT_EQ(fields.value("run", ""), "7d1e") << event;
    EXPECT_EQ(fields.value("recovery", ""), "orders-3fa9-1") << event;
  }
}

TEST_F(Record, what_a_users_playbook_explains_stays_in_the_gauge) {
  diagnosis.findings[0].users_playbook = true;
  Finding hidden;
  hidden.signature = "hidden";
  hidden.caused_by = diagnosis.findings[0].id;
  diagnosis.suppressed = {hidden};
  tell(TurnReport::Kind::looked);
  record.measure();
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_findings{signature=\"hidden\"} 1\n"));
}

TEST_F(Record, a_line_about_no_recovery_names_none) {
  record.add({TurnReport::Kind::failed, "argocd/orders", nullptr, nullptr, "text", nullptr});
  EXPECT_FALSE(lines.at(0).second.contains("run"));
}

TEST_F(Record, a_verified_recovery_is_counted_and_timed_from_its_beginning_and_its_causes) {
  recovery.verdict = Verdict::recovered;
  tell(TurnReport::Kind::recovery_finished);
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("refloat_recoveries_total{verdict=\"Recovered\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("refloat_recovery_seconds_sum{verdict=\"Recovered\"} 40\n"));
  EXPECT_THAT(text, HasSubstr("refloat_time_to_recover_seconds_sum 100\n"));
  EXPECT_EQ(test::Exposition::complaints(text), "");
}

TEST_F(Record, a_failed_one_recovered_nothing) {
  recovery.verdict = Verdict::failed;
  tell(TurnReport::Kind::recovery_finished);
  EXPECT_THAT(metrics.render(), Not(HasSubstr("time_to_recover")));
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_recoveries_total{verdict=\"Failed\"} 1\n"));
}

TEST_F(Record, a_finding_is_counted_when_it_comes_and_shown_while_it_is_there) {
  for (int look = 0; look < 3; ++look) {
    tell(TurnReport::Kind::looked);
    news.clear();
  }
  record.measure();
  EXPECT_EQ(lines.size(), 1U);
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_findings_total{signature=\"lost\"} 1\n"));
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_findings{signature=\"lost\"} 1\n"));
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_time_to_detect_seconds_sum 100\n"));
  diagnosis.findings.clear();
  tell(TurnReport::Kind::looked);
  record.measure();
  EXPECT_THAT(metrics.render(), Not(HasSubstr("refloat_findings{")));
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_findings_total{signature=\"lost\"} 1\n"));
}

TEST_F(Record, denials_are_counted_by_guardrail) {
  tell(TurnReport::Kind::denied, "sync-window");
  tell(TurnReport::Kind::denied, "sync-window");
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_guardrail_denials_total{guardrail=\"sync-window\"} 2\n"));
  EXPECT_TRUE(lines.empty()) << "one for every look would be a flood";
}

}  // namespace
}  // namespace refloat
