#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "unit/cli/fake_engine.h"

namespace refloat {
namespace {

using testing::HasSubstr;
using testing::Not;

void put_stack(test::FakeKube& kube, const std::string& ns) {
  kube.put("refloat.dev", "v1alpha1", "stacks",
           {{"apiVersion", "refloat.dev/v1alpha1"},
            {"kind", "Stack"},
            {"metadata", {{"name", "orders"}, {"namespace", ns}}},
            {"spec", {{"applications", {{"migrations", "m"}}}}}});
}

// Not usable, which the program says, so that one sees that it was read.
void put_playbook(test::FakeKube& kube, const std::string& ns) {
  kube.put("refloat.dev", "v1alpha1", "playbooks",
           {{"apiVersion", "refloat.dev/v1alpha1"}, {"kind", "Playbook"}, {"metadata", {{"name", "mine"}, {"namespace", ns}}}});
}

TEST(UserPlaybooksOfCommands, a_namespace_that_may_not_be_read_is_named_and_the_others_are_read) {
  test::Program program;
  program.prepare = [](test::FakeKube& kube) {
    for (const char* ns : {"one", "three", "two"}) {
      put_stack(kube, ns);
      put_playbook(kube, ns);
    }
    kube.fail = [](const std::string& verb, const Resource& at) -> std::optional<Error> {
      if (verb != "list" || at.plural != "playbooks" || at.ns != "one") return std::nullopt;
      return Error{ErrorKind::denied, "may not list playbooks"};
    };
  };
  program.run({"diagnose", "one/orders", "two/orders", "three/orders"});
  EXPECT_THAT(program.err, HasSubstr("only built-in playbooks in namespace one: "));
  EXPECT_THAT(program.err, HasSubstr("not used: Playbook two/mine"));
  EXPECT_THAT(program.err, HasSubstr("not used: Playbook three/mine"));
  EXPECT_THAT(program.err, Not(HasSubstr("not used: Playbook one/mine")));
}

}  // namespace
}  // namespace refloat
