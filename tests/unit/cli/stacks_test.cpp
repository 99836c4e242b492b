#include <gtest/gtest.h>

#include "unit/cli/fake_engine.h"
#include "unit/cli/temp_dir.h"

namespace refloat {
namespace {

using test::Program;
using test::stack_file;

Json stack_object(const std::string& ns, const std::string& name, const Json& spec) {
  return {{"apiVersion", "refloat.dev/v1alpha1"}, {"kind", "Stack"}, {"metadata", {{"namespace", ns}, {"name", name}}}, {"spec", spec}};
}

const Json& good_spec() {
  static const Json spec = {{"applications", {{"migrations", "m"}}}, {"workloads", {{"namespace", "work"}, {"selector", {{"app", "x"}}}}}};
  return spec;
}

TEST(Stacks, OfTheClusterAreUsedWithoutAFile) {
  Program program;
  program.prepare = [](test::FakeKube& kube) {
    kube.put("refloat.dev", "v1alpha1", "stacks", stack_object("argocd", "one", good_spec()));
    kube.put("refloat.dev", "v1alpha1", "stacks", stack_object("other", "two", good_spec()));
  };
  EXPECT_EQ(program.run({"diagnose"}), 0) << program.err;
  EXPECT_EQ(program.seen_stacks.size(), 2U);
  EXPECT_TRUE(program.seen_outside);
  EXPECT_EQ(program.run({"diagnose", "-n", "other"}), 0);
  ASSERT_EQ(program.seen_stacks.size(), 1U);
  EXPECT_EQ(program.seen_stacks[0].name, "two");
  EXPECT_EQ(program.run({"diagnose", "other/two"}), 0);
  EXPECT_EQ(program.seen_stacks.size(), 1U);
  EXPECT_FALSE(program.seen_outside);
}

TEST(Stacks, AClusterWithoutTheKindIsLookedAtWithoutStacks) {
  Program program;
  program.prepare = [](test::FakeKube& kube) {
    kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::not_found, "the server could not find the resource"}; };
  };
  EXPECT_EQ(program.run({"diagnose"}), 0) << program.err;
  EXPECT_TRUE(program.seen_stacks.empty());
  EXPECT_TRUE(program.seen_outside);
}

TEST(Stacks, AMissingRightIsIncompleteAndNamed) {
  Program program;
  program.prepare = [](test::FakeKube& kube) {
    kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::denied, "cannot list stacks"}; };
  };
  EXPECT_EQ(program.run({"diagnose"}), 3);
  EXPECT_NE(program.out.find("cannot list stacks"), std::string::npos);
}

TEST(Stacks, AnUnreachableApiIsAnError) {
  Program program;
  program.prepare = [](test::FakeKube& kube) {
    kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::transient, "connection refused", "is the cluster up?"}; };
  };
  EXPECT_EQ(program.run({"diagnose"}), 1);
  EXPECT_NE(program.err.find("error: list Stacks: connection refused"), std::string::npos);
  EXPECT_NE(program.err.find("hint: is the cluster up?"), std::string::npos);
}

TEST(Stacks, OneBrokenObjectDoesNotHideTheOthers) {
  Program program;
  program.prepare = [](test::FakeKube& kube) {
    kube.put("refloat.dev", "v1alpha1", "stacks", stack_object("argocd", "good", good_spec()));
    kube.put("refloat.dev", "v1alpha1", "stacks", stack_object("argocd", "bad", {{"aplications", 1}}));
  };
  EXPECT_EQ(program.run({"diagnose"}), 3);
  EXPECT_EQ(program.seen_stacks.size(), 1U);
  EXPECT_NE(program.out.find("argocd/bad"), std::string::npos);
}

void put_bad(test::FakeKube& kube) {
  Json spec = good_spec();
  spec["mod"] = "Auto";
  kube.put("refloat.dev", "v1alpha1", "stacks", stack_object("argocd", "bad", spec));
}

void put_good_and_bad(test::FakeKube& kube) {
  kube.put("refloat.dev", "v1alpha1", "stacks", stack_object("argocd", "good", good_spec()));
  put_bad(kube);
}

TEST(Stacks, ABrokenOneThatIsAskedForIsNotCalledAbsent) {
  Program program;
  program.prepare = put_good_and_bad;
  for (const char* name : {"bad", "argocd/bad"}) {
    EXPECT_EQ(program.run({"diagnose", name}), 1) << name;
    EXPECT_NE(program.err.find("error: Stack argocd/bad cannot be read: "), std::string::npos) << program.err;
    EXPECT_NE(program.err.find("did you mean 'mode'?"), std::string::npos) << program.err;
  }
  EXPECT_EQ(program.run({"diagnose", "bad", "-n", "other"}), 1);
  EXPECT_NE(program.err.find("Stack bad: not found"), std::string::npos) << program.err;
}

TEST(Stacks, ABrokenOneThatNobodyAskedForMakesNothingIncomplete) {
  Program program;
  program.prepare = put_good_and_bad;
  EXPECT_EQ(program.run({"diagnose", "good"}), 0) << program.out << program.err;
}

TEST(Stacks, ThatMayNotBeListedAreNotCalledAbsent) {
  Program program;
  program.prepare = [](test::FakeKube& kube) {
    kube.fail = [](const std::string&, const Resource&) { return Error{ErrorKind::denied, "cannot list stacks"}; };
  };
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"diagnose", "temporal-dev"}, {"plan", "temporal-dev"}, {"recover", "temporal-dev"}, {"recover"}}) {
    EXPECT_EQ(program.run(arguments), 3) << arguments.front();
    EXPECT_NE(program.err.find("may not list Stacks: cannot list stacks; name a namespace with -n"), std::string::npos) << program.err;
    EXPECT_TRUE(program.calls.empty());
  }
}

TEST(Stacks, TheOnlyOneThatIsBrokenIsNamedByRecover) {
  Program program;
  program.prepare = put_bad;
  EXPECT_EQ(program.run({"recover"}), 1);
  EXPECT_NE(program.err.find("Stack argocd/bad cannot be read: "), std::string::npos) << program.err;
}

TEST(Stacks, WhatAPlanCouldNotGatherIsSaid) {
  Program program;
  program.prepare = put_good_and_bad;
  EXPECT_EQ(program.run({"plan"}), 3);
  EXPECT_NE(program.out.find("argocd/bad not examined"), std::string::npos) << program.out;
  EXPECT_EQ(program.run({"plan", "-o", "json"}), 3);
  EXPECT_EQ(Json::parse(program.out)["unexamined"][0]["what"], "Stack argocd/bad");
  program.prepare = put_bad;
  EXPECT_EQ(program.run({"plan"}), 3);
  EXPECT_NE(program.err.find("not examined: Stack argocd/bad: "), std::string::npos) << program.err;
}

// But for the Playbooks of their namespaces.
TEST(Stacks, FromAFileTheClusterIsNotAsked) {
  const test::TempDir dir;
  Program program;
  program.prepare = [](test::FakeKube& kube) {
    kube.fail = [](const std::string&, const Resource& at) -> std::optional<Error> {
      if (at.plural == "playbooks") return std::nullopt;
      return Error{ErrorKind::transient, "must not be asked"};
    };
  };
  EXPECT_EQ(program.run({"diagnose", "-f", stack_file(dir.path())}), 0) << program.err;
  EXPECT_FALSE(program.seen_outside);
  EXPECT_EQ(program.run({"diagnose", "-A", "-f", stack_file(dir.path())}), 0);
  EXPECT_TRUE(program.seen_outside);
}

TEST(Stacks, AFileMayBeStdin) {
  const test::TempDir dir;
  Program program;
  std::ifstream file(stack_file(dir.path()));
  program.input.assign(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(program.run({"diagnose", "-f", "-"}), 0) << program.err;
  EXPECT_EQ(program.seen_stacks.size(), 1U);
}

TEST(Stacks, MistakesInAFileComeWithTheirPlaceAndStopTheRun) {
  const test::TempDir dir;
  Program program;
  const std::string typo =
      dir.write("typo.yaml", "apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: x}\nspec:\n  aplications: {migrations: m}\n");
  EXPECT_EQ(program.run({"diagnose", "-f", typo}), 1);
  EXPECT_NE(program.err.find("typo.yaml:5"), std::string::npos) << program.err;
  EXPECT_EQ(program.run({"diagnose", "-f", dir.path() + "/absent.yaml"}), 1);
  EXPECT_EQ(program.run({"diagnose", "-f", dir.write("empty.yaml", "")}), 1);
  EXPECT_TRUE(program.calls.empty());
}

TEST(Stacks, TheSameStackTwiceIsAMistake) {
  const test::TempDir dir;
  Program program;
  EXPECT_EQ(program.run({"diagnose", "-f", stack_file(dir.path()), "-f", stack_file(dir.path())}), 1);
  EXPECT_NE(program.err.find("given twice"), std::string::npos);
}

TEST(Stacks, AnUnknownNameSuggestsTheNearest) {
  const test::TempDir dir;
  Program program;
  EXPECT_EQ(program.run({"diagnose", "-f", stack_file(dir.path()), "temporal-dex"}), 1);
  EXPECT_NE(program.err.find("did you mean temporal-dev?"), std::string::npos);
}

TEST(Stacks, DatabaseAddressesAreChecked) {
  const test::TempDir dir;
  Program program;
  for (const char* bad : {"default", "default=", "=h:1", "default=h", "default=h:x", "default=h:70000", "nowhere=127.0.0.1:5432"}) {
    EXPECT_EQ(program.run({"diagnose", "-f", stack_file(dir.path()), "--database-address", bad}), 1) << bad;
  }
}

// A bare name would send each Stack's password to the one server.
TEST(Stacks, ADatabaseAddressMeansOneStack) {
  const test::TempDir dir;
  Program program;
  const std::string file = stack_file(dir.path(), {"one", "two"});
  EXPECT_EQ(program.run({"diagnose", "-f", file, "--database-address", "default=127.0.0.1:5432"}), 1);
  EXPECT_NE(program.err.find("several Stacks"), std::string::npos) << program.err;
  EXPECT_EQ(program.run({"diagnose", "-f", file, "--database-address", "two/default=127.0.0.1:5432"}), 0) << program.err;
  EXPECT_EQ(program.run({"diagnose", "-f", file, "--database-address", "default=127.0.0.1:5432", "two"}), 0) << program.err;
}

TEST(Stacks, OperationStuckAfterReachesEveryStack) {
  const test::TempDir dir;
  Program program;
  EXPECT_EQ(program.run({"diagnose", "-f", stack_file(dir.path(), {"one", "two"}), "--operation-stuck-after", "90s"}), 0) << program.err;
  ASSERT_EQ(program.seen_stacks.size(), 2U);
  for (const Stack& stack : program.seen_stacks) EXPECT_EQ(stack.limits.operation_stuck_after, std::chrono::seconds(90));
  EXPECT_EQ(program.run({"diagnose", "-f", stack_file(dir.path()), "--operation-stuck-after", "soon"}), 1);
}

}  // namespace
}  // namespace refloat
