#include "argo/client/sync_window.h"

#include "argo/client/cron.h"
#include "unit/support/healthy_stack.h"

namespace refloat {
namespace {

using namespace testing_support;  // NOLINT: the fixture's words

TEST(Cron, finds_the_next_minute) {
  struct Case {
    const char *schedule, *after, *next;
  };
  const Case cases[] = {
      {"* * * * *", "2025-12-05T10:00:00Z", "2025-12-05T10:01:00Z"},
      {"0 22 * * *", "2025-12-05T22:00:00Z", "2025-12-06T22:00:00Z"},
      {"*/15 9-17 * * 1-5", "2025-12-05T17:50:00Z", "2025-12-08T09:00:00Z"},
      {"30 1 29 2 *", "2025-12-05T10:00:00Z", "2028-02-29T01:30:00Z"},
      {"0 0 13 * fri", "2025-12-05T10:00:00Z", "2025-12-12T00:00:00Z"},
      {"0 0 * * SUN", "2025-12-05T10:00:00Z", "2025-12-07T00:00:00Z"},
      {"5/20 0 1 JAN *", "2025-12-05T10:00:00Z", "2026-01-01T00:05:00Z"},
  };
  for (const Case& c : cases) {
    const auto cron = Cron::parse(c.schedule);
    ASSERT_TRUE(cron) << c.schedule;
    const auto next = cron->next(at(c.after));
    ASSERT_TRUE(next) << c.schedule;
    EXPECT_EQ(format_time(*next), c.next) << c.schedule;
  }
}

TEST(Cron, refuses_what_is_no_schedule) {
  for (const char* text : {"", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "a * * * *",
                           "*/0 * * * *", "@daily", "* * * * * *", "1,,2 * * * *"}) {
    EXPECT_FALSE(Cron::parse(text)) << text;
  }
  EXPECT_FALSE(Cron::parse("0 0 31 2 *")->next(now)) << "no such day in five years";
}

SyncWindow window(const std::string& kind, const std::string& schedule, const std::string& duration) {
  return {kind, schedule, duration, "", false, false, {"*"}, {}, {}};
}

// now is 10:33:02 UTC.
bool open(std::vector<SyncWindow> windows, bool manual = true) {
  return sync_allowed({"default", std::move(windows)}, application("dev-migrations"), manual, now).open;
}

TEST(SyncWindow, without_windows_everything_is_open) {
  EXPECT_TRUE(open({}));
}

TEST(SyncWindow, an_active_deny_closes_and_an_inactive_one_does_not) {
  EXPECT_FALSE(open({window("deny", "0 10 * * *", "1h")}));
  EXPECT_TRUE(open({window("deny", "0 9 * * *", "1h")}));
}

TEST(SyncWindow, an_allow_elsewhere_in_time_closes) {
  EXPECT_TRUE(open({window("allow", "0 10 * * *", "1h")}));
  EXPECT_FALSE(open({window("allow", "0 22 * * *", "1h")}));
  EXPECT_FALSE(open({window("allow", "0 10 * * *", "1h"), window("deny", "0 10 * * *", "1h")})) << "deny wins";
}

TEST(SyncWindow, manual_sync_opens_only_when_every_closing_window_says_so) {
  SyncWindow a = window("deny", "0 10 * * *", "1h");
  SyncWindow b = a;
  a.manual_sync = true;
  EXPECT_TRUE(open({a}));
  EXPECT_FALSE(open({a}, false)) << "an automated operation is not manual";
  EXPECT_FALSE(open({a, b}));
}

TEST(SyncWindow, time_zones_shift_the_schedule) {
  SyncWindow w = window("deny", "0 11 * * *", "1h");
  EXPECT_TRUE(open({w}));
  w.time_zone = "Europe/Berlin";  // 11:33 there
  EXPECT_FALSE(open({w}));
  w.time_zone = "No/Such_Zone";  // Argo CD falls back to UTC
  EXPECT_TRUE(open({w}));
}

TEST(SyncWindow, applies_by_application_cluster_or_namespace) {
  SyncWindow w = window("deny", "* * * * *", "1h");
  w.applications = {"prod-*"};
  EXPECT_TRUE(open({w}));
  w.namespaces = {"dev"};
  EXPECT_FALSE(open({w}));
  w.and_operator = true;
  EXPECT_TRUE(open({w})) << "with useAndOperator every list must match";
  w.applications = {"dev-*"};
  w.clusters = {"https://kubernetes.*"};
  EXPECT_FALSE(open({w}));
}

TEST(SyncWindow, a_namespace_of_another_cluster_is_called_as_that_calls_it) {
  SyncWindow w = window("deny", "* * * * *", "1h");
  w.applications.clear();
  w.namespaces = {"dev"};
  Application app = application("dev-migrations");
  app.destination_namespace = "prod/dev";
  app.cluster = "prod";
  EXPECT_FALSE(sync_allowed({"default", {w}}, app, true, now).open);
}

TEST(SyncWindow, an_unreadable_window_counts_as_closed) {
  EXPECT_FALSE(open({window("deny", "nonsense", "1h")}));
  EXPECT_FALSE(open({window("deny", "0 9 * * *", "soon")}));
}

}  // namespace
}  // namespace refloat
