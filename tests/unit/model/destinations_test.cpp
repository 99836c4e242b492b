#include "model/destinations.h"

#include <gtest/gtest.h>

#include "model/place.h"

namespace refloat {
namespace {

TEST(Place, a_namespace_is_named_by_its_cluster) {
  EXPECT_EQ(place_of("orders").cluster, "");
  EXPECT_EQ(place_of("orders").ns, "orders");
  EXPECT_EQ(place_of("prod/orders").cluster, "prod");
  EXPECT_EQ(place_of("prod/orders").ns, "orders");
  EXPECT_EQ(place_of("https://10.0.0.1:6443/orders").cluster, "https://10.0.0.1:6443")
      << "a cluster without a name is called by its address";
  EXPECT_EQ(place_of(namespace_in("prod", "")).cluster, "prod");
  EXPECT_EQ(namespace_in("", "orders"), "orders");
}

TEST(Place, people_read_where) {
  EXPECT_EQ(where(""), "in the whole cluster");
  EXPECT_EQ(where("orders"), "in namespace orders");
  EXPECT_EQ(where("prod/orders"), "in namespace prod/orders");
  EXPECT_EQ(where("prod/"), "in the whole cluster prod");
}

struct ToDestinations : testing::Test {
  Destinations destinations{"https://127.0.0.1:6443"};
  AppProject project{.name = "team", .ns = "argocd", .destinations = {{"", "prod", "orders"}}};
  ToDestinations() { destinations.add({"prod", "https://10.0.0.1:6443", "argocd", ""}); }

  [[nodiscard]] Application settled(const std::string& server) const {
    Application app;
    app.destination_server = server;
    app.destination_namespace = "orders";
    app.resources = {{"batch", "Job", "orders", "j", "Synced", false}, {"", "Namespace", "", "orders", "Synced", false}};
    app.operation.emplace();
    app.operation->resources = {{"batch", "Job", "other", "hook", "Synced", "", "PreSync", "Running", "PreSync"}};
    destinations.settle(app);
    return app;
  }
};

TEST_F(ToDestinations, our_own_cluster_has_several_names) {
  for (const char* server : {"", "https://kubernetes.default.svc", "name:in-cluster", "https://127.0.0.1:6443"}) {
    const Application app = settled(server);
    EXPECT_FALSE(app.elsewhere) << server;
    EXPECT_EQ(app.cluster, "") << server;
    EXPECT_EQ(app.destination_namespace, "orders") << server;
  }
}

TEST_F(ToDestinations, another_cluster_by_name_or_address) {
  for (const char* server : {"name:prod", "https://10.0.0.1:6443", "https://10.0.0.1:6443/"}) {
    const Application app = settled(server);
    EXPECT_FALSE(app.elsewhere) << server;
    EXPECT_EQ(app.cluster, "prod") << server;
    EXPECT_EQ(app.destination_namespace, "prod/orders") << server;
    EXPECT_EQ(app.resources[0].ns, "prod/orders") << server;
    EXPECT_EQ(app.resources[1].ns, "") << "what is in no namespace stays so";
    EXPECT_EQ(app.operation->resources[0].ns, "prod/other") << server;
  }
}

TEST_F(ToDestinations, a_cluster_that_nobody_named_is_elsewhere) {
  for (const char* server : {"name:test", "https://10.0.0.2:6443", "name:"}) {
    const Application app = settled(server);
    EXPECT_TRUE(app.elsewhere) << server;
    EXPECT_EQ(app.destination_namespace, "orders") << server;
  }
}

TEST_F(ToDestinations, what_no_api_server_lets_in_names_no_cluster) {
  const auto forge = [this](const auto& change) {
    Application app;
    app.destination_namespace = "orders";
    app.resources = {{"batch", "Job", "orders", "j", "Synced", false}};
    app.operation.emplace();
    app.operation->resources = {{"batch", "Job", "orders", "hook", "Synced", "", "PreSync", "Running", "PreSync"}};
    change(app);
    destinations.settle(app);
    return app;
  };
  EXPECT_FALSE(forge([](Application&) {}).elsewhere);
  EXPECT_TRUE(forge([](Application& app) { app.destination_namespace = "prod/orders"; }).elsewhere);
  EXPECT_TRUE(forge([](Application& app) { app.resources[0].ns = "prod/orders"; }).elsewhere);
  EXPECT_TRUE(forge([](Application& app) { app.resources[0].name = "orders/j"; }).elsewhere);
  EXPECT_TRUE(forge([](Application& app) { app.operation->resources[0].ns = "prod/orders"; }).elsewhere);
  EXPECT_EQ(forge([](Application& app) { app.destination_namespace = "prod/orders"; }).destination_namespace, "");
}

TEST_F(ToDestinations, our_own_cluster_may_have_a_name_of_its_own) {
  destinations.call_own("hub");
  EXPECT_EQ(settled("name:hub").cluster, "");
  EXPECT_FALSE(settled("name:hub").elsewhere);
}

TEST_F(ToDestinations, argo_cds_own_rules_are_kept_there) {
  Application app = settled("name:prod");
  app.operation.reset();  // its hook is in a namespace that this project does not permit
  app.ref.ns = "argocd";
  EXPECT_EQ(destinations.refusal(app, &project), "");
  EXPECT_NE(destinations.refusal(app, nullptr), "");
  app.ref.ns = "tenant";
  EXPECT_NE(destinations.refusal(app, &project), "") << "an Application that no Argo CD of that namespace looks at";
  app.controller_namespace = "argocd";
  EXPECT_NE(destinations.refusal(app, &project), "") << "which whoever writes an Application may claim";
  project.source_namespaces = {"ten*"};
  EXPECT_EQ(destinations.refusal(app, &project), "");
  project.destinations[0].ns = "billing";
  EXPECT_NE(destinations.refusal(app, &project), "");
  project.destinations[0].ns = "orders";
  EXPECT_EQ(destinations.refusal(app, &project), "");
  Application reaches_further = app;
  reaches_further.resources.push_back({"batch", "Job", "prod/kube-system", "j", "Synced", false});
  EXPECT_NE(destinations.refusal(reaches_further, &project), "") << "which its status claims, and whoever writes it";
  project.only_own_clusters = true;
  EXPECT_NE(destinations.refusal(app, &project), "");
  destinations.add({"prod", "https://10.0.0.1:6443", "argocd", "team"});
  EXPECT_EQ(destinations.refusal(app, &project), "");
  destinations.add({"prod", "https://10.0.0.1:6443", "argocd", "another"});
  EXPECT_NE(destinations.refusal(app, &project), "");
  EXPECT_EQ(destinations.refusal(settled("name:in-cluster"), nullptr), "") << "at home our own rights are the limit";
}

TEST(Permits, as_argo_cd_does) {
  AppProject project;
  const auto permitted = [&](const std::string& cluster, const std::string& ns) {
    return permits(project, cluster, "https://" + cluster, ns);
  };
  EXPECT_FALSE(permitted("prod", "orders")) << "no destination permits nothing";
  project.destinations = {{"https://p*", "", "ord*"}};
  EXPECT_TRUE(permitted("prod", "orders"));
  EXPECT_FALSE(permitted("prod", "billing"));
  EXPECT_FALSE(permitted("test", "orders"));
  project.destinations = {{"*", "", "*"}, {"*", "", "!kube-system"}};
  EXPECT_TRUE(permitted("prod", "orders"));
  EXPECT_FALSE(permitted("prod", "kube-system"));
  project.destinations = {{"", "*", "*"}, {"!https://prod", "", "*"}};
  EXPECT_FALSE(permitted("prod", "orders"));
  EXPECT_TRUE(permitted("test", "orders"));
}

TEST(Tracking, an_object_of_another_cluster_belongs_to_another_argo_cd) {
  Application app;
  app.ref = {"Application", "argocd", "orders", "uid"};
  EXPECT_TRUE(tracks("orders", "ns", app));
  EXPECT_FALSE(tracks("orders", "prod/ns", app));
  app.cluster = "prod";
  EXPECT_TRUE(tracks("orders", "prod/ns", app));
  EXPECT_FALSE(tracks("orders", "ns", app));
}

}  // namespace
}  // namespace refloat
