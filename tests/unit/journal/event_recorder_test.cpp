#include "journal/event_recorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "unit/support/fake_clock.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

struct Events : testing::Test {
  test::FakeKube kube;
  test::FakeClock clock;
  EventOptions options;
  std::optional<EventRecorder> recorder;

  Events() {
    options.instance = "replica-1";
    start();
  }
  void start() { recorder.emplace(kube, clock, options); }
  static Note note(const std::string& message = "it broke", const std::string& reason = "FindingDetected") {
    return {{"Stack", "argocd", "temporal-dev", "uid-1"}, true, reason, message};
  }
  std::vector<Json> stored() { return kube.list({"", "v1", "events", {}, {}, {}}, {})->items; }
};

TEST_F(Events, stand_beside_what_they_are_about) {
  recorder->add(note());
  EXPECT_TRUE(stored().empty()) << "nothing is sent before flush";
  recorder->flush();
  ASSERT_EQ(stored().size(), 1U);
  const Json event = stored()[0];
  EXPECT_EQ(event["metadata"]["namespace"], "argocd");
  EXPECT_EQ(event["involvedObject"]["apiVersion"], "refloat.dev/v1alpha1");
  EXPECT_EQ(event["involvedObject"]["uid"], "uid-1");
  EXPECT_EQ(event["type"], "Warning");
  EXPECT_EQ(event["count"], 1);
  EXPECT_EQ(event["source"]["component"], "refloat");
}

TEST_F(Events, a_sender_that_waits_hears_of_the_first) {
  const std::jthread teller([&] { recorder->add(note()); });
  recorder->wait({}, std::chrono::hours(1));
  EXPECT_EQ(recorder->waiting(), 1U);
  std::stop_source stop;
  stop.request_stop();
  recorder->wait(stop.get_token(), std::chrono::hours(1));
}

TEST_F(Events, said_again_become_a_count_even_after_a_restart) {
  recorder->add(note());
  recorder->flush();
  clock.time += std::chrono::minutes(3);
  start();
  recorder->add(note());
  recorder->flush();
  ASSERT_EQ(stored().size(), 1U);
  EXPECT_EQ(stored()[0]["count"], 2);
  EXPECT_EQ(stored()[0]["lastTimestamp"], format_time(clock.time));
  EXPECT_NE(stored()[0]["firstTimestamp"], stored()[0]["lastTimestamp"]);
  EXPECT_EQ(recorder->counts().repeated, 1U);
}

TEST_F(Events, a_flood_of_similar_ones_becomes_one_line) {
  options.burst_max = 1000;
  start();
  for (int i = 0; i < 100; ++i) recorder->add(note("pod " + std::to_string(i) + " crashed"));
  recorder->flush(1000);
  EXPECT_EQ(stored().size(), 11U);
  EXPECT_EQ(recorder->counts().combined, 90U);
  clock.time += std::chrono::minutes(11);
  recorder->add(note("pod 200 crashed"));
  recorder->flush();
  EXPECT_EQ(stored().size(), 12U) << "later it is news again";
}

TEST_F(Events, are_bounded_per_object_and_recover_with_time) {
  for (int i = 0; i < 100; ++i) recorder->add(note("x", "Reason" + std::to_string(i)));
  recorder->flush(1000);
  EXPECT_EQ(stored().size(), 25U);
  EXPECT_EQ(recorder->counts().held_back, 75U);
  Note other = note();
  other.regarding.uid = "uid-2";
  recorder->add(other);
  recorder->flush();
  EXPECT_EQ(stored().size(), 26U) << "another object has its own";
  clock.time += std::chrono::minutes(5);
  recorder->add(note("x", "Later"));
  recorder->flush();
  EXPECT_EQ(stored().size(), 27U);
}

TEST_F(Events, are_not_kept_back_by_details) {
  for (int i = 0; i < 100; ++i) {
    Note step = note("x", "Step" + std::to_string(i));
    step.detail = true;
    recorder->add(step);
  }
  recorder->add(note("x", "Recovered"));
  recorder->flush(1000);
  EXPECT_EQ(stored().size(), 26U);
  const auto events = stored();
  EXPECT_TRUE(std::any_of(events.begin(), events.end(), [](const Json& event) { return event["reason"] == "Recovered"; }));
}

TEST_F(Events, wait_while_the_api_server_is_away_and_the_oldest_are_dropped) {
  options.queue_max = 3;
  options.burst_max = 1000;
  start();
  kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::transient, "away"}; };
  for (int i = 0; i < 5; ++i) recorder->add(note("x", "Reason" + std::to_string(i)));
  recorder->flush();
  EXPECT_EQ(recorder->waiting(), 3U);
  EXPECT_EQ(recorder->counts().dropped, 2U);
  kube.fail = nullptr;
  recorder->flush();
  EXPECT_EQ(recorder->waiting(), 0U);
  EXPECT_EQ(stored().size(), 3U);
}

TEST_F(Events, a_missing_right_is_counted_and_nothing_waits_for_ever) {
  kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::denied, "cannot create events"}; };
  recorder->add(note());
  recorder->flush();
  EXPECT_EQ(recorder->waiting(), 0U);
  EXPECT_EQ(recorder->counts().failed, 1U);
}

TEST_F(Events, never_carry_a_secret_a_terminal_code_or_too_much) {
  recorder->add(note("dsn postgresql://app:hunter2@db/orders password=hunter2 \x1b[2J\r\nforged line \xe2\x80\xae"));
  recorder->add(note(std::string(5000, 'a'), "Long"));
  recorder->flush();
  for (const Json& event : stored()) {
    const std::string message = event["message"];
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
    EXPECT_EQ(message.find_first_of("\x1b\r\n"), std::string::npos);
    EXPECT_EQ(message.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_LE(message.size(), 1024U);
  }
}

TEST(event_object, has_a_name_the_api_server_takes) {
  Note note{{"Application", "argocd", std::string(253, 'n'), "u"}, false, "R", "m"};
  const Json event = event_object(note, Time{}, {});
  EXPECT_LE(event["metadata"]["name"].get<std::string>().size(), 253U);
  EXPECT_EQ(event["involvedObject"]["apiVersion"], "argoproj.io/v1alpha1");
  EXPECT_EQ(event["type"], "Normal");
}

}  // namespace
}  // namespace refloat
