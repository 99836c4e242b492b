#include "report/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "unit/report/exposition.h"
#include "unit/support/source_dir.h"

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
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_findings{signature=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(Metrics, AClearedGaugeKeepsNoOldSeries) {
  Metrics metrics;
  metrics.set("refloat_stacks", {{"state", "Afloat"}}, 1);
  metrics.clear("refloat_stacks");
  EXPECT_EQ(metrics.render(), "");
}

// Labels that a metric of the catalogue may have, with the worst values.
Labels hostile(const std::string& value) {
  return {{"verb", value}, {"resource", value + "x"}};
}

TEST(Metrics, EveryMetricIsValidExposition) {
  Metrics metrics;
  for (const MetricInfo& info : metric_catalogue()) {
    const std::string type = info.type;
    for (const std::string value : {"plain", "", "a\"b\\c\nd}", "\xd0\xb6,{x=\"y\"} 7"}) {
      if (type == "histogram") {
        for (const double seconds : {0.0, 0.3, 1e9}) metrics.observe(info.name, hostile(value), seconds);
      } else if (type == "counter") {
        metrics.count(info.name, hostile(value), 1e7);
      } else {
        metrics.set(info.name, hostile(value), -0.25);
      }
    }
    EXPECT_GT(std::string(info.help).size(), 10U) << info.name;
    EXPECT_EQ(std::string(info.help).find_first_of("\\\n"), std::string::npos) << info.name;
  }
  const std::string text = metrics.render();
  EXPECT_EQ(test::Exposition::complaints(text), "");
  for (const MetricInfo& info : metric_catalogue()) EXPECT_THAT(text, HasSubstr(std::string("# TYPE ") + info.name + " "));
}

// The checker itself must be able to complain.
TEST(Metrics, TheCheckerComplains) {
  const std::string head = "# HELP a_total text\n# TYPE a_total counter\n";
  EXPECT_EQ(test::Exposition::complaints(head + "a_total{x=\"y\"} 1\n"), "");
  for (const std::string wrong : {"a_total 1\n", "# HELP a text\n# TYPE a counter\na 1\n", "# HELP a text\n# TYPE a histogram\n",
                                  "# HELP a_total text\n# TYPE a_total gauge\n"})
    EXPECT_NE(test::Exposition::complaints(wrong), "") << wrong;
  for (const std::string wrong :
       {"a_total{x=\"y\nz\"} 1\n", "a_total{x=\"y\"z\"} 1\n", "a_total{x=\"\\q\"} 1\n", "a_total 1\na_total 2\n", "b 1\n", "a_total 1"})
    EXPECT_NE(test::Exposition::complaints(head + wrong), "") << wrong;
  EXPECT_NE(test::Exposition::complaints(head + "a_total 1\n" + head), "");
  const std::string histogram = "# HELP h_seconds text\n# TYPE h_seconds histogram\n";
  for (const std::string wrong : {"h_seconds_bucket{le=\"1\"} 2\nh_seconds_sum 1\nh_seconds_count 2\n",
                                  "h_seconds_bucket{le=\"1\"} 3\nh_seconds_bucket{le=\"+Inf\"} 2\nh_seconds_count 2\n",
                                  "h_seconds_bucket{le=\"+Inf\"} 2\nh_seconds_count 3\n"})
    EXPECT_NE(test::Exposition::complaints(histogram + wrong), "") << wrong;
}

TEST(Metrics, HoweverManyLabelValuesTheSeriesAreBounded) {
  Metrics metrics;
  for (int i = 0; i < 5000; ++i) metrics.count("refloat_findings_total", {{"signature", "s" + std::to_string(i)}});
  const std::string text = metrics.render();
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), Metrics::series_max + 2);
  EXPECT_THAT(text, HasSubstr("refloat_findings_total{signature=\"other\"} 4001\n")) << "nothing is lost";
  metrics.count("refloat_findings_total", {{"signature", "s0"}});
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_findings_total{signature=\"s0\"} 2\n")) << "a known one goes on";
}

// A name that is misspelt is never rendered, and one that nobody counts is a promise broken.
TEST(Metrics, WhatIsCountedIsInTheCatalogueAndTheOtherWayRound) {
  std::map<std::string, std::string> types;
  for (const MetricInfo& info : metric_catalogue()) types[info.name] = info.type;
  EXPECT_EQ(types.size(), metric_catalogue().size()) << "a name twice";
  std::set<std::string> used;
  const std::regex call(R"re(metrics_?\.(count|set|observe|clear)\(\s*"([a-z_]+)")re");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source_dir() / "controller")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream in(entry.path());
    std::ostringstream text;
    text << in.rdbuf();
    const std::string source = text.str();
    for (std::sregex_iterator it(source.begin(), source.end(), call), end; it != end; ++it) {
      const std::string how = (*it)[1], name = (*it)[2];
      used.insert(name);
      ASSERT_TRUE(types.contains(name)) << name << " in " << entry.path().filename();
      EXPECT_EQ(how == "observe", types[name] == "histogram") << name;
      EXPECT_FALSE(how == "count" && types[name] != "counter") << name;
    }
  }
  std::ifstream page(source_dir() / "docs/observability.md");
  std::ostringstream told;
  told << page.rdbuf();
  for (const auto& [name, type] : types) {
    EXPECT_TRUE(used.contains(name)) << name << " is never counted";
    EXPECT_THAT(told.str(), HasSubstr("`" + name + "`"));
  }
}

}  // namespace
}  // namespace refloat
