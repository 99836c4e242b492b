#include "cache/store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cache/collect.h"
#include "unit/cache/store_of.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_kube.h"
#include "unit/support/shown.h"

namespace refloat {
namespace {

using test::shown;
using test::StoreOf;
using Names = std::vector<std::string>;

// --- events ------------------------------------------------------------------------------------------------------------------------

TEST_F(StoreOf, an_event_concerns_the_stack_or_the_application_alone) {
  store.set_stacks({stack("one", "in-stack")});
  put(Watched::application, application("in-stack"));
  put(Watched::application, application("alone"));
  EXPECT_EQ(dirty(), (Names{"stack argocd/one", "application argocd/alone"}));
  EXPECT_EQ(dirty(), Names{});
  put(Watched::application, application("alone", "Degraded"));
  EXPECT_EQ(dirty(), Names{"application argocd/alone"});
}

TEST_F(StoreOf, a_change_of_nothing_that_is_kept_makes_nothing_dirty_but_moves_the_version) {
  put(Watched::application, application("alone"));
  dirty();
  const Time first = clock.now();
  Json same = application("alone");
  same["metadata"]["managedFields"] = {{{"manager", "x"}}};
  clock.time += std::chrono::seconds(9);
  put(Watched::application, same);
  EXPECT_EQ(dirty(), Names{});
  const Snapshot slice = store.slice_application("argocd", "alone");
  ASSERT_EQ(slice.applications.size(), 1U);
  EXPECT_EQ(slice.applications[0].resource_version,
            *kube.find(at_of(Watched::application, same))->at("metadata").at("resourceVersion").get_ptr<const std::string*>());
  EXPECT_EQ(slice.applications[0].unchanged_since, clock.now());
  EXPECT_NE(slice.applications[0].unchanged_since, first);
}

TEST_F(StoreOf, jobs_workloads_and_their_pods_concern_who_tracks_them) {
  put(Watched::application, application("web"));
  put(Watched::application, application("other"));
  put(Watched::deployment, tracked("front", "web"));
  put(Watched::job, tracked("migrate", "argocd_web"));
  dirty();
  put(Watched::job, tracked("migrate", "argocd_web", {{"failed", 1}}));
  EXPECT_EQ(dirty(), Names{"application argocd/web"});
  put(Watched::pod, owned("migrate-x", "Job", "migrate"));
  EXPECT_EQ(dirty(), Names{"application argocd/web"});
  put(Watched::pod, owned("front-1-x", "ReplicaSet", "front-1"));
  EXPECT_EQ(dirty(), Names{"application argocd/web"});
  put(Watched::pod, owned("stranger", "Job", "unknown"));
  EXPECT_EQ(dirty(), Names{});
  drop(Watched::pod, owned("front-1-x", "ReplicaSet", "front-1"));
  EXPECT_EQ(dirty(), Names{"application argocd/web"});
}

TEST_F(StoreOf, what_no_fact_asks_for_concerns_nobody_and_stands_in_no_slice) {
  const Json node = {{"metadata", {{"name", "n"}, {"uid", "u"}}}};
  const auto replica_set = [](int revision) {
    const Json annotations = {{"deployment.kubernetes.io/revision", std::to_string(revision)}};
    const Json owners = {{{"kind", "Deployment"}, {"name", "front"}, {"uid", "uid-front"}, {"controller", true}}};
    return object("app", "front-1", {{"metadata", {{"annotations", annotations}, {"ownerReferences", owners}}}});
  };
  put(Watched::application, application("web"));
  put(Watched::deployment, tracked("front", "web"));
  dirty();
  put(Watched::node, node);
  put(Watched::replica_set, replica_set(1));
  EXPECT_EQ(dirty(), Names{});
  EXPECT_TRUE(store.slice_application("argocd", "web").replica_sets.empty());
  store.use_objects({ObjectKind::replica_sets});
  EXPECT_EQ(dirty(), Names{"application argocd/web"}) << "what it is judged by is more than before";
  EXPECT_EQ(store.slice_application("argocd", "web").replica_sets.size(), 1U);
  put(Watched::replica_set, replica_set(2));
  EXPECT_EQ(dirty(), Names{"application argocd/web"});
  put(Watched::node, {{"metadata", {{"name", "n"}, {"uid", "u"}}}, {"spec", {{"unschedulable", true}}}});
  EXPECT_EQ(dirty(), Names{});
}

TEST_F(StoreOf, other_playbooks_concern_their_namespace_and_no_other) {
  Stack elsewhere = stack("elsewhere", "two");
  elsewhere.ns = "other";
  store.set_stacks({stack("here", "one"), elsewhere});
  put(Watched::application, application("alone"));
  dirty();
  store.mark_namespaces({"argocd"}, {"argocd"});
  EXPECT_EQ(dirty(), (Names{"stack argocd/here", "application argocd/alone"}));
  store.mark_namespaces({"other"}, {"other"});
  EXPECT_EQ(dirty(), Names{"stack other/elsewhere"});
  store.mark_namespaces({"argocd"}, {});
  EXPECT_EQ(dirty(), Names{"stack argocd/here"}) << "who judges nothing outside of Stacks wakes nothing there";
  store.mark_namespaces({}, {});
  EXPECT_EQ(dirty(), Names{});
}

TEST_F(StoreOf, a_switchover_concerns_the_stacks_on_that_cluster) {
  const auto cluster = [](const std::string& target) {
    return object("app", "pg", {{"status", {{"currentPrimary", "pg-1"}, {"targetPrimary", target}}}});
  };
  Stack on_it = stack("on-it", "one");
  StackDatabase database;
  database.name = "default";
  database.connection.host = "pg-rw.app.svc";
  on_it.databases = {database};
  store.set_stacks({on_it, stack("elsewhere", "two")});
  dirty();
  put(Watched::postgres_cluster, cluster("pg-1"));
  EXPECT_EQ(dirty(), Names{"stack argocd/on-it"});
  put(Watched::postgres_cluster, cluster("pg-2"));
  EXPECT_EQ(dirty(), Names{"stack argocd/on-it"});
  ASSERT_EQ(store.slice(on_it).postgres_clusters.size(), 1U);
  EXPECT_EQ(store.slice(on_it).postgres_clusters[0].target_primary, "pg-2");
  store.remove_stack("argocd", "on-it");
  dirty();
  put(Watched::postgres_cluster, cluster("pg-1"));
  EXPECT_EQ(dirty(), Names{});
}

TEST_F(StoreOf, a_project_concerns_its_applications_when_its_windows_change) {
  Json team = object("argocd", "team");
  Json in_team = application("in-team");
  in_team["spec"]["project"] = "team";
  put(Watched::application, in_team);
  put(Watched::application, application("in-default"));
  put(Watched::project, team);
  dirty();
  team["spec"]["description"] = "x";
  put(Watched::project, team);
  EXPECT_EQ(dirty(), Names{});
  team["spec"]["syncWindows"] = {{{"kind", "deny"}}};
  put(Watched::project, team);
  EXPECT_EQ(dirty(), Names{"application argocd/in-team"});
}

TEST_F(StoreOf, new_and_changed_stacks_are_dirty_and_what_leaves_one_is_looked_at_alone) {
  put(Watched::application, application("web"));
  dirty();
  store.set_stacks({stack("one", "web")});
  EXPECT_EQ(dirty(), Names{"stack argocd/one"});
  store.set_stacks({stack("one", "web"), stack("two", "absent")});
  EXPECT_EQ(dirty(), Names{"stack argocd/two"});
  store.set_stacks({stack("two", "absent")});
  EXPECT_EQ(dirty(), Names{"application argocd/web"});
  store.set_stacks({stack("two", "web")});
  EXPECT_EQ(dirty(), Names{"stack argocd/two"});
}

// One by one, as edits come: the other Stacks are not touched.
TEST_F(StoreOf, a_stack_that_is_edited_moves_its_applications_and_no_others) {
  const auto edited = [&](const Stack& now) { store.put_stack(std::make_shared<const Stack>(now)); };
  for (const char* name : {"web", "api", "job"}) put(Watched::application, application(name));
  store.set_stacks({stack("one", "web"), stack("two", "api")});
  dirty();
  edited(stack("one", "web"));
  EXPECT_EQ(dirty(), Names{}) << "the same objects";
  edited(stack("one", "job"));
  EXPECT_EQ(dirty(), (Names{"stack argocd/one", "application argocd/web"}));
  EXPECT_FALSE(store.in_stack("argocd", "web"));
  EXPECT_TRUE(store.in_stack("argocd", "job"));
  edited(stack("three", "api"));
  EXPECT_EQ(dirty(), Names{"stack argocd/three"});
  store.remove_stack("argocd", "two");
  EXPECT_EQ(dirty(), Names{"stack argocd/three"}) << "its Application is still in another";
  EXPECT_TRUE(store.in_stack("argocd", "api"));
  store.remove_stack("argocd", "three");
  EXPECT_EQ(dirty(), Names{"application argocd/api"});
  store.remove_stack("argocd", "three");
  EXPECT_EQ(dirty(), Names{});
}

TEST_F(StoreOf, wakes_once_until_the_dirty_are_taken) {
  int woken = 0;
  store.when_dirty([&] { ++woken; });
  put(Watched::application, application("a"));
  put(Watched::application, application("b"));
  EXPECT_EQ(woken, 1);
  dirty();
  put(Watched::application, application("a"));
  EXPECT_EQ(woken, 1);
  put(Watched::application, application("a", "Degraded"));
  EXPECT_EQ(woken, 2);
}

// --- lists and old events ----------------------------------------------------------------------------------------------------------

struct Lists : StoreOf {
  std::shared_ptr<ObjectSink> apps = store.sink(Watched::application, "");
  static std::string text(const std::string& name, int version, const std::string& health = "Healthy", const std::string& ns = "argocd") {
    Json app = application(name, health, ns);
    app["metadata"]["resourceVersion"] = std::to_string(version);
    return app.dump();
  }
  std::string health_of(const std::string& name) {
    const Snapshot slice = store.slice_application("argocd", name);
    return slice.applications.empty() ? "gone" : slice.applications[0].health;
  }
};

TEST_F(Lists, what_a_new_list_does_not_name_has_gone) {
  apps->changed(text("a", 1));
  apps->changed(text("b", 2));
  dirty();
  apps->list_begins();
  apps->changed(text("b", 2));
  EXPECT_EQ(health_of("a"), "Healthy");
  apps->list_ends();
  EXPECT_EQ(health_of("a"), "gone");
  EXPECT_EQ(health_of("b"), "Healthy");
  EXPECT_EQ(dirty(), Names{"application argocd/a"});
  EXPECT_EQ(store.count(Watched::application), 1U);
}

TEST_F(Lists, a_list_that_is_cut_off_loses_nothing) {
  apps->changed(text("a", 1));
  apps->changed(text("b", 2));
  apps->list_begins();
  apps->changed(text("b", 2));
  apps->list_begins();
  apps->changed(text("a", 1));
  apps->changed(text("b", 2));
  apps->list_ends();
  EXPECT_EQ(store.count(Watched::application), 2U);
}

TEST_F(Lists, streams_of_other_namespaces_are_swept_apart_and_can_be_forgotten) {
  const auto one = store.sink(Watched::pod, "one");
  const auto two = store.sink(Watched::pod, "two");
  one->changed(object("one", "a").dump());
  two->changed(object("two", "a").dump());
  one->list_begins();
  one->list_ends();
  EXPECT_EQ(store.count(Watched::pod), 1U);
  store.forget(Watched::pod, "two");
  EXPECT_EQ(store.count(Watched::pod), 0U);
}

TEST_F(Lists, an_older_event_never_replaces_a_newer_record) {
  apps->changed(text("a", 99, "Healthy"));
  apps->changed(text("a", 100, "Degraded"));
  apps->changed(text("a", 99, "Healthy"));
  EXPECT_EQ(health_of("a"), "Degraded");
  apps->deleted(text("a", 99));
  EXPECT_EQ(health_of("a"), "Degraded");
}

TEST_F(Lists, an_old_event_does_not_bring_back_what_was_deleted_but_a_new_object_comes) {
  apps->changed(text("a", 10));
  apps->deleted(text("a", 11));
  apps->changed(text("a", 10));
  EXPECT_EQ(health_of("a"), "gone");
  apps->changed(text("a", 12, "Missing"));
  EXPECT_EQ(health_of("a"), "Missing");
}

TEST_F(Lists, a_server_restored_from_a_backup_is_believed_when_it_lists) {
  apps->changed(text("a", 100, "Degraded"));
  apps->deleted(text("b", 101));
  apps->list_begins();
  apps->changed(text("a", 50, "Healthy"));
  apps->changed(text("b", 51, "Healthy"));
  apps->list_ends();
  EXPECT_EQ(health_of("a"), "Healthy");
  EXPECT_EQ(health_of("b"), "Healthy");
  apps->changed(text("a", 52, "Missing"));
  EXPECT_EQ(health_of("a"), "Missing");
}

TEST_F(Lists, an_unreadable_object_is_reported_and_the_others_come) {
  apps->changed("{\"metadata\":{\"name\":\"broken\xff\"}}");
  apps->changed("no json");
  apps->changed("{\"metadata\":{}}");
  apps->changed(text("fine", 1));
  EXPECT_EQ(store.count(Watched::application), 1U);
  EXPECT_EQ(store.unreadable_count(), 3U);
  const std::vector<Unreadable> reported = store.take_unreadable();
  ASSERT_EQ(reported.size(), 3U);
  EXPECT_NE(reported[0].what.find("applications"), std::string::npos);
  EXPECT_TRUE(store.take_unreadable().empty());
  for (int i = 0; i < 1000; ++i) apps->changed("x");
  EXPECT_EQ(store.take_unreadable().size(), 100U);
}

// --- what cannot be said -----------------------------------------------------------------------------------------------------------

TEST(EmptyStore, knows_nothing_and_says_so) {
  test::FakeClock clock;
  const Store store({"https://fake:6443"}, clock);
  Stack stack;
  stack.ns = "argocd";
  stack.applications = {{"runtime", "web"}};
  const Snapshot slice = store.slice(stack);
  ASSERT_EQ(slice.unexamined.size(), 1U);
  EXPECT_NE(slice.unexamined[0].what.find("applications"), std::string::npos);
}

}  // namespace
}  // namespace refloat
