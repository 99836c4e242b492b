// What is said about an answer that says no.
#include "kube/errors.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace refloat {
namespace {

std::string hint_of_403(const std::string& message) {
  const Json status{{"kind", "Status"}, {"message", message}, {"reason", "Forbidden"}, {"code", 403}};
  return error_of({403, status.dump()}).hint;
}

TEST(Errors, a_missing_right_is_named_as_it_is_granted) {
  const std::string who = "is forbidden: User \"jane\" cannot ";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"pods " + who + "list resource \"pods\" in API group \"\" in the namespace \"shop\"", "grant verb list on pods in namespace shop"},
      {"nodes " + who + "list resource \"nodes\" in API group \"\" at the cluster scope", "grant verb list on nodes in the whole cluster"},
      {"deployments.apps \"a\" " + who + "patch resource \"deployments/scale\" in API group \"apps\" in the namespace \"shop\"",
       "grant verb patch on deployments.apps/scale in namespace shop"}};
  for (const auto& [message, hint] : cases) EXPECT_EQ(hint_of_403(message), hint);
}

TEST(Errors, a_403_of_a_policy_asks_for_no_right) {
  const std::string hint = hint_of_403("pods \"a\" is forbidden: exceeded quota: small, requested: pods=1");
  EXPECT_EQ(hint.find("grant"), std::string::npos) << hint;
  EXPECT_FALSE(hint.empty());
}

}  // namespace
}  // namespace refloat
