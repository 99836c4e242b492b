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

void refuse_playbooks_of(test::FakeKube& kube, const std::string& ns, bool installed) {
  kube.fail = [ns](const std::string& verb, const Resource& at) -> std::optional<Error> {
    if (verb != "list" || at.plural != "playbooks" || at.ns != ns) return std::nullopt;
    return Error{ErrorKind::denied, "may not list playbooks"};
  };
  if (installed) kube.raw["/apis/refloat.dev/v1alpha1"] = {{"resources", {{{"name", "stacks"}}, {{"name", "playbooks"}}}}};
}

// What they would find is not known: nobody may take that for "nothing found". An API server refuses also what it does not know.
TEST(UserPlaybooksOfCommands, a_missing_right_makes_a_diagnosis_incomplete_where_the_kind_is_installed) {
  for (const bool installed : {true, false}) {
    test::Program program;
    program.prepare = [&](test::FakeKube& kube) {
      put_stack(kube, "one");
      refuse_playbooks_of(kube, "one", installed);
    };
    EXPECT_EQ(program.run({"diagnose", "one/orders"}), installed ? 3 : 0) << program.out << program.err;
  }
}

TEST(UserPlaybooksOfCommands, so_it_does_a_plan_and_a_recovery_which_say_it) {
  for (const char* command : {"plan", "recover"}) {
    for (const bool found : {true, false}) {
      test::Program program;
      if (found) program.found.findings = {samples::finding("some-cause")};
      if (found) program.plan = samples::plan({samples::step(Phase::migrate, "migrate-1")});
      program.prepare = [](test::FakeKube& kube) {
        put_stack(kube, "one");
        refuse_playbooks_of(kube, "one", true);
      };
      const bool recovers = std::string(command) == "recover";
      EXPECT_EQ(program.run(recovers ? std::vector<std::string>{command, "one/orders", "--yes"}
                                     : std::vector<std::string>{command, "one/orders"}),
                3)
          << program.out << program.err;
      if (recovers) {
        EXPECT_THAT(program.err, HasSubstr("not examined: Playbooks in namespace one: list Playbooks: may not list playbooks"));
      } else {
        EXPECT_THAT(program.out, HasSubstr("Playbooks in namespace one not examined: list Playbooks: may not list playbooks"));
      }
      EXPECT_EQ(program.called("recover"), recovers && found);
      if (recovers && !found) {
        EXPECT_THAT(program.out, Not(HasSubstr("nothing found:"))) << "that would be a success";
      }
    }
  }
}

TEST(UserPlaybooksOfCommands, where_all_may_not_be_read_at_once_those_of_the_stacks_namespaces_are) {
  test::Program program;
  program.prepare = [](test::FakeKube& kube) {
    for (const char* ns : {"one", "two"}) {
      put_stack(kube, ns);
      put_playbook(kube, ns);
    }
    refuse_playbooks_of(kube, "", true);
  };
  program.run({"diagnose", "-A"});
  EXPECT_THAT(program.err, HasSubstr("only built-in playbooks: "));
  EXPECT_THAT(program.err, HasSubstr("not used: Playbook one/mine"));
  EXPECT_THAT(program.err, HasSubstr("not used: Playbook two/mine"));
}

}  // namespace
}  // namespace refloat
