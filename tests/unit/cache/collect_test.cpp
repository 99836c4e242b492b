#include "cache/collect.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/support/fake_clock.h"
#include "unit/support/fake_kube.h"

namespace refloat {
namespace {

using Labels = std::map<std::string, std::string>;

struct Collect : testing::Test {
  test::FakeKube kube;
  test::FakeClock clock;
  Seen seen;
  Stack stack;
  CollectScope scope;

  Collect() {
    stack.name = "temporal-dev";
    stack.ns = "argocd";
    stack.applications = {{"migrations", "dev-migrations"}, {"runtime", "dev-runtime"}};
    stack.workload_namespace = "app";
    stack.workload_selector = {{"app.kubernetes.io/name", "temporal"}};
    scope.stack = &stack;
    application("dev-migrations");
    application("dev-runtime");
    kube.put("argoproj.io", "v1alpha1", "appprojects", object("argocd", "default", Json::object()));
  }

  static Json object(const std::string& ns, const std::string& name, Json body) {
    body["metadata"]["namespace"] = ns;
    body["metadata"]["name"] = name;
    return body;
  }
  void application(const std::string& name, const std::string& destination = "app", Json status = Json::object(),
                   const std::string& server = "https://kubernetes.default.svc") {
    const Json spec = {{"project", "default"}, {"destination", {{"namespace", destination}, {"server", server}}}};
    kube.put("argoproj.io", "v1alpha1", "applications", object("argocd", name, {{"spec", spec}, {"status", std::move(status)}}));
  }
  void job(const std::string& ns, const std::string& name, const std::string& app) {
    Json meta = {{"uid", "uid-" + name}};
    if (!app.empty()) meta["annotations"] = {{"argocd.argoproj.io/tracking-id", app + ":batch/Job:" + ns + "/" + name}};
    kube.put("batch", "v1", "jobs", object(ns, name, {{"metadata", meta}, {"spec", Json::object()}}));
  }
  void pod(const std::string& ns, const std::string& name, const Labels& labels, const std::string& owner_kind = "",
           const std::string& owner = "") {
    Json meta = {{"labels", labels}};
    if (!owner.empty()) meta["ownerReferences"] = {{{"kind", owner_kind}, {"name", owner}, {"uid", "uid-" + owner}, {"controller", true}}};
    kube.put("", "v1", "pods", object(ns, name, {{"metadata", meta}}));
  }
  void deployment(const std::string& ns, const std::string& name, const Labels& labels) {
    kube.put("apps", "v1", "deployments", object(ns, name, {{"metadata", {{"labels", labels}, {"uid", "uid-" + name}}}}));
  }
  Snapshot collected() {
    Result<Snapshot> snapshot = collect(kube, scope, seen, clock);
    EXPECT_TRUE(snapshot) << (snapshot ? "" : snapshot.error().message);
    return snapshot ? *snapshot : Snapshot{};
  }
};

template <class T>
std::vector<std::string> names(const std::vector<T>& objects) {
  std::vector<std::string> result;
  for (const T& object : objects) result.push_back(object.ref.name);
  std::sort(result.begin(), result.end());
  return result;
}

using Names = std::vector<std::string>;

TEST_F(Collect, takes_the_stacks_applications_and_leaves_the_others) {
  application("prod-migrations", "prod");
  const Snapshot snapshot = collected();
  EXPECT_EQ(names(snapshot.applications), (Names{"dev-migrations", "dev-runtime"}));
  EXPECT_EQ(snapshot.projects.size(), 1U);
  EXPECT_EQ(snapshot.taken_at, clock.now());
  EXPECT_TRUE(snapshot.unexamined.empty());
}

TEST_F(Collect, reads_each_kind_of_each_namespace_once_and_owners_before_pods) {
  collected();
  const std::string ns = "list /apis/apps/v1/namespaces/app/";
  const std::string apps = "get /apis/argoproj.io/v1alpha1/namespaces/argocd/applications/";
  EXPECT_EQ(kube.calls, (Names{apps + "dev-migrations", apps + "dev-runtime",
                               "list /apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects", "list /apis/batch/v1/namespaces/app/jobs",
                               ns + "deployments", ns + "statefulsets", "list /api/v1/namespaces/app/pods"}));
}

// A namespace may hold thousands, and each of many Stacks is looked at every few minutes.
TEST_F(Collect, does_not_list_the_applications_of_a_stack_that_may_be_read_by_name) {
  stack.applications["databases"] = "dev-runtime";  // one in two roles
  EXPECT_EQ(names(collected().applications), (Names{"dev-migrations", "dev-runtime"}));
  EXPECT_EQ(kube.count("list /apis/argoproj.io/v1alpha1/namespaces/argocd/applications"), 0);
}

TEST_F(Collect, lists_the_applications_of_a_stack_where_only_that_is_allowed) {
  kube.fail = [](const std::string& verb, const Resource& r) -> std::optional<Error> {
    const bool hit = verb == "get" && r.plural == "applications";
    return hit ? std::optional(Error{ErrorKind::denied, "forbidden"}) : std::nullopt;
  };
  const Snapshot snapshot = collected();
  EXPECT_EQ(names(snapshot.applications), (Names{"dev-migrations", "dev-runtime"}));
  EXPECT_TRUE(snapshot.unexamined.empty());
}

TEST_F(Collect, without_a_stack_takes_every_application_of_the_namespaces) {
  application("other", "elsewhere");
  job("elsewhere", "hook", "other");
  scope = {nullptr, {}};
  const Snapshot snapshot = collected();
  EXPECT_EQ(names(snapshot.applications), (Names{"dev-migrations", "dev-runtime", "other"}));
  EXPECT_EQ(names(snapshot.jobs), Names{"hook"});
  scope = {nullptr, {"empty", "empty"}};
  EXPECT_TRUE(collected().applications.empty());
  EXPECT_EQ(kube.count("list /apis/argoproj.io/v1alpha1/namespaces/empty/applications"), 1);
}

TEST_F(Collect, keeps_tracked_jobs_with_their_pods_and_drops_strangers) {
  job("app", "db-migrate", "dev-migrations");
  job("app", "namespaced", "argocd_dev-migrations");
  job("app", "stranger", "prod-migrations");
  job("app", "manual", "");
  pod("app", "db-migrate-x", {}, "Job", "db-migrate");
  pod("app", "stranger-x", {}, "Job", "stranger");
  pod("app", "lonely", {});
  const Snapshot snapshot = collected();
  EXPECT_EQ(names(snapshot.jobs), (Names{"db-migrate", "namespaced"}));
  EXPECT_EQ(names(snapshot.pods), Names{"db-migrate-x"});
}

TEST_F(Collect, keeps_what_an_operation_names_even_without_tracking_and_the_pods_of_a_job_that_is_gone) {
  const Json hook = {{"group", "batch"}, {"kind", "Job"}, {"namespace", "app"}, {"name", "renamed"}, {"hookType", "PreSync"}};
  const Json gone = {{"group", "batch"}, {"kind", "Job"}, {"namespace", "app"}, {"name", "gone"}, {"hookType", "PreSync"}};
  application("dev-migrations", "app", {{"operationState", {{"phase", "Running"}, {"syncResult", {{"resources", {hook, gone}}}}}}});
  job("app", "renamed", "");
  pod("app", "gone-x", {}, "Job", "gone");
  const Snapshot snapshot = collected();
  EXPECT_EQ(names(snapshot.jobs), Names{"renamed"});
  EXPECT_EQ(names(snapshot.pods), Names{"gone-x"});
}

TEST_F(Collect, keeps_selected_workloads_and_pods_in_the_workload_namespace_only) {
  const Labels temporal = {{"app.kubernetes.io/name", "temporal"}, {"extra", "x"}};
  application("dev-migrations", "jobs");
  deployment("app", "frontend", temporal);
  deployment("app", "other", {{"app.kubernetes.io/name", "other"}});
  deployment("jobs", "same-label", temporal);
  pod("app", "selected", temporal);
  pod("jobs", "same-label", temporal);
  pod("app", "owned", {}, "ReplicaSet", "frontend-5d4f8");
  pod("app", "not-owned", {}, "ReplicaSet", "frontend-api-5d4f8");
  const Snapshot snapshot = collected();
  EXPECT_EQ(names(snapshot.workloads), Names{"frontend"});
  EXPECT_EQ(names(snapshot.pods), (Names{"owned", "selected"}));
}

// Whoever may write a Stack may not thereby look, or act, anywhere.
TEST_F(Collect, looks_into_no_namespace_that_none_of_the_stacks_applications_deploys_into) {
  stack.workload_namespace = "kube-system";
  stack.workload_selector = {{"k8s-app", "kube-dns"}};
  deployment("kube-system", "coredns", {{"k8s-app", "kube-dns"}});
  pod("kube-system", "coredns-x", {{"k8s-app", "kube-dns"}});
  const Snapshot snapshot = collected();
  EXPECT_TRUE(snapshot.workloads.empty());
  EXPECT_TRUE(snapshot.pods.empty());
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].what, "namespace kube-system");
}

TEST_F(Collect, an_absent_application_is_unexamined_with_the_nearest_name) {
  stack.applications["bootstrap"] = "dev-runtim";
  const Snapshot snapshot = collected();
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].kind, ErrorKind::not_found);
  EXPECT_NE(snapshot.unexamined[0].what.find("dev-runtim"), std::string::npos);
  EXPECT_NE(snapshot.unexamined[0].why.find("dev-runtime"), std::string::npos);
}

TEST_F(Collect, a_forbidden_kind_is_a_gap_that_names_the_right_and_the_rest_is_read) {
  job("app", "db-migrate", "dev-migrations");
  kube.fail = [](const std::string&, const Resource& r) -> std::optional<Error> {
    return r.plural == "pods" ? std::optional(Error{ErrorKind::denied, "forbidden"}) : std::nullopt;
  };
  const Snapshot snapshot = collected();
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].kind, ErrorKind::denied);
  for (const char* part : {"list", "pods", "app"}) EXPECT_NE(snapshot.unexamined[0].why.find(part), std::string::npos) << part;
  EXPECT_EQ(snapshot.jobs.size(), 1U);
}

TEST_F(Collect, forbidden_applications_are_one_gap_not_one_per_application) {
  kube.fail = [](const std::string&, const Resource& r) -> std::optional<Error> {
    return r.plural == "applications" ? std::optional(Error{ErrorKind::denied, "forbidden"}) : std::nullopt;
  };
  EXPECT_EQ(collected().unexamined.size(), 1U);
}

TEST_F(Collect, an_api_that_refuses_or_fails_us_is_an_error_wherever_it_happens) {
  for (const ErrorKind kind : {ErrorKind::unauthenticated, ErrorKind::transient, ErrorKind::timed_out}) {
    for (const char* at : {"applications", "appprojects", "jobs", "pods"}) {
      kube.fail = [&](const std::string&, const Resource& r) -> std::optional<Error> {
        return r.plural == at ? std::optional(Error{kind, "no"}) : std::nullopt;
      };
      const Result<Snapshot> snapshot = collect(kube, scope, seen, clock);
      ASSERT_FALSE(snapshot) << at;
      EXPECT_EQ(snapshot.error().kind, kind) << at;
    }
  }
}

TEST_F(Collect, objects_in_another_cluster_are_a_gap_and_not_looked_up_here) {
  application("dev-runtime", "remote", Json::object(), "https://elsewhere:6443");
  const Snapshot snapshot = collected();
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(kube.count("list /apis/batch/v1/namespaces/remote"), 0);
  EXPECT_EQ(snapshot.applications.size(), 2U);
}

TEST_F(Collect, a_missing_project_leaves_its_windows_unknown) {
  kube.drop({"argoproj.io", "v1alpha1", "appprojects", "argocd", "default", {}});
  ASSERT_EQ(collected().unexamined.size(), 1U);
}

TEST_F(Collect, unchanged_since_holds_while_the_version_does) {
  const Time first = clock.now();
  collected();
  clock.time += std::chrono::seconds(5);
  EXPECT_EQ(collected().application("argocd", "dev-runtime")->unchanged_since, first);
  application("dev-runtime");
  const Json* touched = kube.find({"argoproj.io", "v1alpha1", "applications", "argocd", "dev-migrations", {}});
  ASSERT_NE(touched, nullptr);
  kube.put("argoproj.io", "v1alpha1", "applications", Json(*touched));
  EXPECT_EQ(collected().application("argocd", "dev-migrations")->unchanged_since, clock.now());
}

TEST_F(Collect, an_application_counts_as_unchanged_only_since_its_hook_was_first_not_seen) {
  const Json row{{"kind", "Job"}, {"namespace", "app"}, {"name", "db-migrate"}, {"hookType", "PreSync"}, {"hookPhase", "Running"}};
  const Json state{{"phase", "Running"}, {"syncResult", {{"resources", Json::array({row})}}}};
  Json waiting = *kube.find({"argoproj.io", "v1alpha1", "applications", "argocd", "dev-migrations", {}});
  waiting["operation"] = {{"sync", Json::object()}};
  waiting["status"] = {{"operationState", state}};
  kube.put("argoproj.io", "v1alpha1", "applications", waiting);
  job("app", "db-migrate", "dev-migrations");
  const auto unchanged = [&] { return collected().application("argocd", "dev-migrations")->unchanged_since; };
  const Time first = clock.now();
  EXPECT_EQ(unchanged(), first);
  clock.time += std::chrono::seconds(60);
  EXPECT_EQ(unchanged(), first);
  kube.drop({"batch", "v1", "jobs", "app", "db-migrate", {}});
  clock.time += std::chrono::seconds(60);
  const Time gone = clock.now();
  EXPECT_EQ(unchanged(), gone);
  clock.time += std::chrono::seconds(60);
  EXPECT_EQ(unchanged(), gone);
  job("app", "db-migrate", "dev-migrations");
  EXPECT_EQ(unchanged(), first);
}

// --- what is read only where it is asked for -----------------------------------------------------------------------------------------

struct CollectPostgres : Collect {
  CollectPostgres() {
    StackDatabase database;
    database.name = "default";
    database.connection.host = "pg-rw.app.svc";
    stack.databases = {database};
    StackDatabase other = database;
    other.name = "visibility";
    stack.databases.push_back(other);
    kube.raw["/apis/postgresql.cnpg.io/v1"] = Json::object();
  }
  void cluster() {
    kube.put("postgresql.cnpg.io", "v1", "clusters",
             object("app", "pg", {{"status", {{"currentPrimary", "pg-1"}, {"targetPrimary", "pg-2"}}}}));
  }
  [[nodiscard]] int requests() const { return static_cast<int>(kube.calls.size()); }
};

TEST_F(CollectPostgres, asks_once_for_the_cluster_that_both_databases_are_on) {
  cluster();
  const Snapshot snapshot = collected();
  ASSERT_EQ(snapshot.postgres_clusters.size(), 1U);
  EXPECT_EQ(snapshot.postgres_clusters[0].target_primary, "pg-2");
  EXPECT_EQ(kube.count("get /apis/postgresql.cnpg.io/v1/namespaces/app/clusters/pg"), 1);
  EXPECT_TRUE(snapshot.unexamined.empty());
}

TEST_F(CollectPostgres, a_host_that_only_looks_like_one_is_no_gap) {
  EXPECT_TRUE(collected().unexamined.empty());
  kube.calls.clear();
  EXPECT_TRUE(collected().unexamined.empty());
  EXPECT_EQ(std::count_if(kube.calls.begin(), kube.calls.end(), [](const std::string& c) { return c.find("cnpg") != std::string::npos; }),
            1)
      << "whether the kinds are there is known by now";
}

TEST_F(CollectPostgres, where_it_is_not_installed_later_looks_ask_nothing) {
  kube.raw.erase("/apis/postgresql.cnpg.io/v1");
  for (const auto& answer : {ErrorKind::not_found, ErrorKind::denied}) {  // who is not allowed learns nothing about what there is
    seen = Seen{};
    kube.fail = [&](const std::string&, const Resource& at) -> std::optional<Error> {
      if (at.group == "postgresql.cnpg.io") return Error{answer, "no"};
      return std::nullopt;
    };
    EXPECT_TRUE(collected().unexamined.empty());
    kube.calls.clear();
    EXPECT_TRUE(collected().unexamined.empty());
    EXPECT_EQ(std::count_if(kube.calls.begin(), kube.calls.end(), [](const std::string& c) { return c.find("cnpg") != std::string::npos; }),
              0);
    clock.time += std::chrono::seconds(31);
    kube.calls.clear();
    (void)collected();
    EXPECT_EQ(kube.count("get /apis/postgresql.cnpg.io"), 1) << "it may have been installed since";
  }
}

TEST_F(CollectPostgres, a_missing_right_is_named_with_its_verb) {
  cluster();
  kube.fail = [](const std::string&, const Resource& at) -> std::optional<Error> {
    if (at.plural == "clusters") return Error{ErrorKind::denied, "no"};
    return std::nullopt;
  };
  const Snapshot snapshot = collected();
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].why, "not allowed: needs verb get on clusters.postgresql.cnpg.io in namespace app");
}

TEST_F(CollectPostgres, one_that_cannot_be_read_is_a_gap_and_the_look_goes_on) {
  cluster();
  kube.fail = [](const std::string&, const Resource& at) -> std::optional<Error> {
    if (at.plural == "clusters") return Error{ErrorKind::transient, "timeout"};
    return std::nullopt;
  };
  const Snapshot snapshot = collected();
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].what, "clusters.postgresql.cnpg.io in namespace app");
  EXPECT_EQ(snapshot.unexamined[0].why, "timeout");
}

TEST_F(CollectPostgres, where_nobody_can_tell_whether_the_kinds_are_there_a_refusal_is_no_gap) {
  kube.raw.erase("/apis/postgresql.cnpg.io/v1");
  kube.fail = [](const std::string&, const Resource& at) -> std::optional<Error> {
    if (at.plural == "clusters" || at.name == "/apis/postgresql.cnpg.io/v1") return Error{ErrorKind::denied, "no"};
    return std::nullopt;
  };
  EXPECT_TRUE(collected().unexamined.empty());
}

// It may be a host of any domain.
TEST_F(CollectPostgres, a_short_host_is_asked_for_only_where_the_stack_deploys_into_that_namespace) {
  const auto asked = [&](const std::string& host, const std::string& ns) {
    stack.databases[0].connection.host = stack.databases[1].connection.host = host;
    kube.calls.clear();
    (void)collected();
    return kube.count("get /apis/postgresql.cnpg.io/v1/namespaces/" + ns + "/clusters/pg");
  };
  EXPECT_EQ(asked("pg-rw.corp", "corp"), 0);
  EXPECT_EQ(asked("pg-rw.corp.svc", "corp"), 1);
  EXPECT_EQ(asked("pg-rw.app", "app"), 1);
}

TEST_F(CollectPostgres, what_no_fact_asks_for_costs_no_request) {
  cluster();
  (void)collected();
  const int usual = requests();
  for (const char* plural : {"nodes", "replicasets", "persistentvolumeclaims", "applicationsets", "databases", "poolers"}) {
    EXPECT_TRUE(std::none_of(kube.calls.begin(), kube.calls.end(), [&](const std::string& call) { return call.ends_with(plural); }))
        << plural;
  }
  scope.objects = {ObjectKind::nodes};
  kube.calls.clear();
  (void)collected();
  EXPECT_EQ(requests(), usual + 1);
  scope.objects = {ObjectKind::replica_sets, ObjectKind::claims, ObjectKind::postgres_databases};
  kube.calls.clear();
  (void)collected();
  EXPECT_EQ(requests(), usual + 4) << "databases and poolers";
}

TEST_F(CollectPostgres, a_refused_list_of_what_a_fact_asks_for_is_a_gap) {
  scope.objects = {ObjectKind::nodes};
  kube.fail = [](const std::string&, const Resource& at) -> std::optional<Error> {
    if (at.plural == "nodes") return Error{ErrorKind::denied, "no"};
    return std::nullopt;
  };
  const Snapshot snapshot = collected();
  ASSERT_EQ(snapshot.unexamined.size(), 1U);
  EXPECT_EQ(snapshot.unexamined[0].why, "not allowed: needs verb list on nodes in the whole cluster");
}

}  // namespace
}  // namespace refloat
