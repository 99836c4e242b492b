#include "probe/host_trust.h"

#include <gtest/gtest.h>

namespace refloat {
namespace {

TEST(service_of, reads_the_forms_a_cluster_dns_serves) {
  for (const char* host : {"pg", "pg.app", "pg.app.svc", "pg.app.svc.cluster.local", "PG.app.svc.", "pg.app.svc.cluster.local."}) {
    const auto service = service_of(host, "app");
    ASSERT_TRUE(service) << host;
    EXPECT_EQ(service->name, "pg");
    EXPECT_EQ(service->ns, "app");
  }
}

TEST(service_of, is_not_fooled_by_names_that_only_look_like_services) {
  for (const char* host : {"pg.app.svc.example.com", "pg.app.svc.cluster.local.example.com", "pg.example", "10.0.0.1", "localhost", "::1",
                           "", "pg..svc", "a.b.app.svc", "pg.app.svc.cluster.evil"}) {
    EXPECT_FALSE(service_of(host, "app")) << host;
  }
}

TEST(service_of, keeps_the_namespace_that_is_named) {
  EXPECT_EQ(service_of("pg.other.svc", "app")->ns, "other");
  EXPECT_FALSE(service_of("pg.other", "app")) << "two labels may be any DNS name";
}

TEST(may_have_password, services_of_the_secrets_namespace_only) {
  const Trust trust{"app", {}, {}};
  EXPECT_TRUE(may_have_password("pg.app.svc", trust));
  EXPECT_FALSE(may_have_password("pg.other.svc", trust));
  EXPECT_FALSE(may_have_password("db.example.com", trust));
  EXPECT_FALSE(may_have_password("", trust));
}

TEST(may_have_password, hosts_named_in_the_secret_or_listed) {
  EXPECT_TRUE(may_have_password("DB.example.com", {"app", {"db.example.com"}, {}}));
  EXPECT_TRUE(may_have_password("db.example.com", {"app", {}, {"db.example.com."}}));
  EXPECT_FALSE(may_have_password("db.example.com.evil.org", {"app", {"db.example.com"}, {}}));
}

TEST(may_have_password, one_untrusted_host_in_a_list_spoils_it) {
  EXPECT_FALSE(may_have_password("pg.app.svc,evil.example.com", {"app", {}, {}}));
  EXPECT_TRUE(may_have_password("pg.app.svc,pg2.app.svc", {"app", {}, {}}));
  EXPECT_FALSE(may_have_password("pg.app.svc,", {"app", {}, {}}));
}

}  // namespace
}  // namespace refloat
