#include "report/history_report.h"

#include <gtest/gtest.h>

#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

Recovery recovery(const std::string& name, const char* started) {
  Recovery recovery;
  recovery.name = name;
  recovery.ns = "argocd";
  recovery.stack = "temporal-dev";
  recovery.plan = plan({step(Phase::migrate, "migrate-1")});
  recovery.started_at = at(started);
  recovery.verdict = Verdict::recovered;
  return recovery;
}

// As mode Observe leaves it in the Stack's status.
Json observed() {
  return {{"shadow", Json::array({{{"cause", "some-cause"},
                                   {"would", "Run"},
                                   {"steps", {"migrate-1 argo.sync"}},
                                   {"writes", 2},
                                   {"firstSeen", "2025-12-03T10:00:00Z"}}})}};
}

TEST(HistoryReport, JsonIsAListOfRecoveriesWithTheShadowRecordBesideThem) {
  const History history{
      "temporal-dev", "argocd", {recovery("old", "2025-12-03T09:00:00Z"), recovery("new", "2025-12-03T10:00:00Z")}, observed()};
  const Json json = Json::parse(render(history, Format::json, style()));
  EXPECT_EQ(json["kind"], "List");
  ASSERT_EQ(json["items"].size(), 2U);
  EXPECT_EQ(json["items"][0]["metadata"]["name"], "old");
  EXPECT_EQ(json["shadow"], observed()["shadow"]);
}

TEST(HistoryReport, WithoutAStatusTheShadowRecordIsEmpty) {
  const Json json = Json::parse(render({"temporal-dev", "argocd", {}, {}}, Format::json, style()));
  EXPECT_EQ(json["shadow"], Json::array());
  EXPECT_TRUE(json["items"].empty());
}

TEST(HistoryReport, AStackInObserveHasItsShadowInTextAndShort) {
  const History history{"temporal-dev", "argocd", {}, observed()};
  const std::string text = render(history, Format::text, style());
  EXPECT_LT(line_with(text, "what would have been done"), line_with(text, "some-cause"));
  EXPECT_EQ(lines(render(history, Format::brief, style())).front(), "-  WouldRun  some-cause  2025-12-03T10:00:00Z");
}

TEST(HistoryReport, TheNewestStandsFirstForPeople) {
  const History history{"temporal-dev", "argocd", {recovery("old", "2025-12-03T09:00:00Z"), recovery("new", "2025-12-03T10:00:00Z")}, {}};
  for (const Format format : {Format::text, Format::brief}) {
    const std::string text = render(history, format, style());
    EXPECT_LT(line_with(text, "new"), line_with(text, "old"));
  }
}

}  // namespace
}  // namespace refloat
