#include "report/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace refloat {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, RendersWhatWasCountedAndSet) {
  Metrics metrics;
  metrics.count("refloat_recoveries_total", {{"verdict", "Recovered"}});
  metrics.count("refloat_recoveries_total", {{"verdict", "Recovered"}});
  metrics.set("refloat_queue_depth", {}, 3);
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("# TYPE refloat_recoveries_total counter\nrefloat_recoveries_total{verdict=\"Recovered\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nrefloat_queue_depth 3\n"));
  EXPECT_THAT(text, Not(HasSubstr("refloat_findings")));
}

TEST(Metrics, BucketsAreCumulated) {
  Metrics metrics;
  for (const double seconds : {0.004, 0.005, 0.2, 99999.0}) metrics.observe("refloat_turn_seconds", {}, seconds);
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("refloat_turn_seconds_bucket{le=\"0.005\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("refloat_turn_seconds_bucket{le=\"0.25\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("refloat_turn_seconds_bucket{le=\"1800\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("refloat_turn_seconds_bucket{le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("refloat_turn_seconds_count 4\n"));
}

TEST(Metrics, ALabelCannotBreakItsLine) {
  Metrics metrics;
  metrics.set("refloat_findings", {{"signature", "a\"b\\c\nd"}}, 1);
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_findings{signature=\"a\\\"b\\\\c d\"} 1\n"));
}

TEST(Metrics, AClearedGaugeKeepsNoOldSeries) {
  Metrics metrics;
  metrics.set("refloat_stacks", {{"state", "Afloat"}}, 1);
  metrics.clear("refloat_stacks");
  EXPECT_EQ(metrics.render(), "");
}

}  // namespace
}  // namespace refloat
