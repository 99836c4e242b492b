#include "cache/gap.h"

#include <gtest/gtest.h>

#include <string>

namespace refloat {
namespace {

std::string why(const std::string& plural, const std::string& ns) {
  return as_gap({plural == "nodes" ? "" : "argoproj.io", "v1", plural, ns, {}, {}}, Error{ErrorKind::denied, "forbidden"})->why;
}

TEST(Gap, who_may_not_look_everywhere_is_told_how_to_look_in_one_namespace) {
  EXPECT_NE(why("applications", "").find("-n"), std::string::npos);
  EXPECT_EQ(why("applications", "argocd"), "not allowed: needs verb list on applications.argoproj.io in namespace argocd");
  EXPECT_EQ(why("nodes", ""), "not allowed: needs verb list on nodes in the whole cluster") << "they are in no namespace";
}

}  // namespace
}  // namespace refloat
