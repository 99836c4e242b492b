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
  EXPECT_EQ(place_of("https://10.0.0.1:6443/orders").cluster, "https://10.0.0.1:6443") << "a cluster without a name is called by its address";
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
  ToDestinations() { destinations.add("prod", "https://10.0.0.1:6443"); }

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
  for (const char* server : {"name:prod", "https://10.0.0.1:6443"}) {
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
