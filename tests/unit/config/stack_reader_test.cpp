#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "config/playbook_reader.h"

namespace refloat {
namespace {

const std::string head =
    "apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: temporal-dev, namespace: gitops}\nspec:\n"
    "  applications: {migrations: m, runtime: r, bootstrap: b}\n"
    "  workloads: {namespace: dev, selector: {app.kubernetes.io/name: temporal}}\n";

std::string database(const std::string& connection, const std::string& name = "default") {
  return "  - {name: " + name + ", dialect: temporal, target: \"1.18\", connection: " + connection + "}\n";
}

const std::string plain = "{host: pg.dev.svc, database: temporal, secret: {name: temporal-db}}";

struct ReadStacks {
  std::vector<Stack> stacks;
  Diagnostics diagnostics;
};

ReadStacks read(const std::string& yaml) {
  ReadStacks result;
  result.stacks = read_stacks(yaml, "s.yaml", result.diagnostics);
  return result;
}

// Everything said about a Stack that must be refused.
std::string refusal(const std::string& yaml) {
  const ReadStacks result = read(yaml);
  EXPECT_TRUE(result.stacks.empty()) << yaml;
  std::string all;
  for (const Diagnostic& one : result.diagnostics.all()) all += one.message + " | " + one.hint + "\n";
  return all;
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(StackReader, WorkloadsMayBeInAnotherCluster) {
  const std::string in_prod = "apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: s}\nspec:\n  applications: {runtime: r}\n";
  const std::map<std::string, std::string> read = {{"{namespace: dev}", "dev"},
                                                   {"{cluster: prod, namespace: dev}", "prod/dev"},
                                                   {"{cluster: in-cluster, namespace: dev}", "dev"},
                                                   {"{cluster: \"https://10.0.0.1:6443\", namespace: dev}", "https://10.0.0.1:6443/dev"}};
  for (const auto& [workloads, ns] : read) {
    Diagnostics diagnostics;
    const auto stacks = read_stacks(in_prod + "  workloads: " + workloads + "\n", "s.yaml", diagnostics);
    ASSERT_EQ(stacks.size(), 1U) << workloads;
    EXPECT_EQ(stacks[0].workload_namespace, ns);
  }
}

TEST(StackReader, ReadsEverythingAStackSays) {
  const ReadStacks result = read(
      head +
      "  mode: Auto\n"
      "  bootstrap: {expect: {temporalNamespaces: [default], query: select true, database: visibility}}\n"
      "  databases:\n" +
      database("{host: pg.dev.svc, port: 6432, database: temporal, user: t, secret: {name: s, passwordKey: pw}, tls: {mode: verify-full, "
               "caSecret: ca}}") +
      "  - name: visibility\n    dialect: temporal-visibility\n    target: \"1.9\"\n"
      "    connection: {secret: {name: v, dsnKey: uri}}\n    roleSecret: {name: role}\n"
      "  allow: [deleteRows, prune, finalizers: [example.com/hold]]\n"
      "  pauseRequests: [ops is looking]\n"
      "  limits: {operationStuckAfter: 20m, hookTerminatingAfter: 5s, settle: 1s, attemptsPerStep: 2, stepTimeout: 3m, objectsMax: 7}\n");
  ASSERT_EQ(result.stacks.size(), 1U) << result.diagnostics.render();
  const Stack& stack = result.stacks[0];
  EXPECT_EQ(stack.name, "temporal-dev");
  EXPECT_EQ(stack.ns, "gitops");
  EXPECT_EQ(stack.mode, Mode::automatic);
  EXPECT_EQ(stack.applications.at("bootstrap"), "b");
  EXPECT_EQ(stack.workload_namespace, "dev");
  EXPECT_EQ(stack.workload_selector.at("app.kubernetes.io/name"), "temporal");
  ASSERT_EQ(stack.databases.size(), 2U);
  const Connection& connection = stack.databases[0].connection;
  EXPECT_EQ(connection.host, "pg.dev.svc");
  EXPECT_EQ(connection.port, 6432);
  EXPECT_EQ(connection.user, "t");
  EXPECT_EQ(connection.secret->password_key, "pw");
  EXPECT_EQ(connection.secret->username_key, "username");
  EXPECT_EQ(connection.tls.mode, "verify-full");
  EXPECT_EQ(connection.tls.ca_secret, "ca");
  EXPECT_EQ(stack.databases[1].connection.secret->dsn_key, "uri");
  EXPECT_EQ(stack.databases[1].role_secret->name, "role");
  EXPECT_EQ(stack.databases[1].target, "1.9");
  EXPECT_EQ(stack.bootstrap.temporal_namespaces, std::vector<std::string>{"default"});
  EXPECT_EQ(stack.bootstrap.query_database, "visibility");
  EXPECT_EQ(stack.allow, (std::vector<Permission>{Permission::delete_rows, Permission::prune}));
  EXPECT_EQ(stack.allowed_finalizers, std::vector<std::string>{"example.com/hold"});
  EXPECT_EQ(stack.pause_requests, std::vector<std::string>{"ops is looking"});
  EXPECT_EQ(stack.limits.operation_stuck_after, std::chrono::minutes(20));
  EXPECT_EQ(stack.limits.hook_terminating_after, std::chrono::seconds(5));
  EXPECT_EQ(stack.limits.settle, std::chrono::seconds(1));
  EXPECT_EQ(stack.limits.attempts_per_step, 2);
  EXPECT_EQ(stack.limits.step_timeout, std::chrono::minutes(3));
  EXPECT_EQ(stack.limits.objects_max, 7);
}

TEST(StackReader, DefaultsAreTheSafeOnes) {
  const ReadStacks result =
      read("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: x}\nspec: {applications: {migrations: m}}\n");
  ASSERT_EQ(result.stacks.size(), 1U) << result.diagnostics.render();
  EXPECT_EQ(result.stacks[0].ns, "argocd");
  EXPECT_EQ(result.stacks[0].mode, Mode::observe);
  EXPECT_TRUE(result.stacks[0].allow.empty());
}

TEST(StackReader, TargetKeepsItsSpelling) {
  const ReadStacks result = read(head + "  databases:\n  - {name: default, dialect: temporal, target: 1.10, connection: " + plain + "}\n");
  ASSERT_EQ(result.stacks.size(), 1U) << result.diagnostics.render();
  EXPECT_EQ(result.stacks[0].databases[0].target, "1.10");
  ASSERT_EQ(result.diagnostics.all().size(), 1U);
  EXPECT_EQ(result.diagnostics.all()[0].level, Level::warning);
}

TEST(StackReader, SaysWhatIsMissing) {
  EXPECT_TRUE(mentions(refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nspec: {applications: {migrations: m}}\n"), "'metadata'"));
  EXPECT_TRUE(
      mentions(refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {}\nspec: {applications: {migrations: m}}\n"), "'name'"));
  EXPECT_TRUE(mentions(refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: x}\n"), "'spec'"));
  EXPECT_TRUE(
      mentions(refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: x}\nspec: {mode: Auto}\n"), "'applications'"));
  EXPECT_TRUE(mentions(refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: x}\nspec: {applications: {runtime: r}}\n"),
                       "'workloads'"));
  EXPECT_TRUE(mentions(refusal(head + "  databases:\n  - {name: d, dialect: temporal, connection: " + plain + "}\n"), "'target'"));
  EXPECT_TRUE(mentions(refusal(head + "  databases:\n  - {name: d, dialect: temporal, target: \"1.18\"}\n"), "'connection'"));
  EXPECT_TRUE(mentions(refusal(head + "  databases:\n" + database("{host: h, user: u}")), "'database'"));
}

TEST(StackReader, UnknownWordsAreErrorsWithAHint) {
  EXPECT_TRUE(mentions(refusal(head + "  mod: Auto\n"), "'mode'"));
  EXPECT_TRUE(mentions(refusal(head + "  mode: auto\n"), "'Auto'"));
  EXPECT_TRUE(mentions(refusal(head + "  allow: [deleteRow]\n"), "'deleteRows'"));
  EXPECT_TRUE(mentions(refusal(head + "  allow: [finalizers]\n"), "by one"));
  EXPECT_TRUE(mentions(refusal(head + "  limits: {setle: 1s}\n"), "'settle'"));
  EXPECT_TRUE(mentions(refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: x}\nspec: {applications: {frontend: m}}\n"),
                       "migrations, runtime, bootstrap, databases"));
  EXPECT_TRUE(mentions(refusal(head + "  databases:\n  - {name: d, dialect: mysql, target: \"1\", connection: " + plain + "}\n"),
                       "temporal-visibility"));
  EXPECT_TRUE(mentions(refusal(head + "  databases:\n" + database("{host: h, database: d, secret: {nam: s}}")), "'name'"));
}

TEST(StackReader, ContradictionsAreErrors) {
  for (const char* connection :
       {"{dsn: \"postgres://u:p@h/d\", secret: {name: s}}", "{dsn: \"postgres://u:p@h/d\", host: h}",
        "{secret: {name: s, dsnKey: uri}, host: h}", "{secret: {name: s, dsnKey: uri, passwordKey: p}}",
        "{host: h, database: d, secret: {name: s}, tls: {mode: verify-full}}",
        "{host: h, database: d, secret: {name: s}, tls: {mode: verify-ca, caSecret: a, caFile: b}}",
        "{host: h, database: d, secret: {name: s}, tls: {mode: disable, caSecret: a}}",
        "{dsn: \"postgres://u:p@h/d?sslmode=require\", tls: {mode: disable}}", "{host: \"h:5432/x\", database: d, secret: {name: s}}"}) {
    EXPECT_FALSE(refusal(head + "  databases:\n" + database(connection)).empty()) << connection;
  }
  EXPECT_TRUE(mentions(refusal(head + "  databases:\n" + database(plain) + database(plain)), "two databases"));
  EXPECT_TRUE(mentions(
      refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: x}\nspec: {applications: {migrations: m, bootstrap: m}}\n"),
      "two roles"));
}

TEST(StackReader, AnInlinePasswordIsNeverRepeatedInAMessage) {
  const std::string said = refusal(head + "  databases:\n" + database("{dsn: \"postgres://u:hunter2@h/d\", secret: {name: s}, hosst: x}"));
  EXPECT_FALSE(mentions(said, "hunter2"));
}

TEST(StackReader, BootstrapMustBeAnswerable) {
  EXPECT_FALSE(refusal(head + "  bootstrap: {expect: {}}\n").empty());
  EXPECT_FALSE(refusal(head + "  bootstrap: {expect: {temporalNamespaces: [default]}}\n").empty());
  EXPECT_FALSE(refusal(head + "  databases:\n" + database(plain) + "  bootstrap: {expect: {query: select true}}\n").empty());
  EXPECT_FALSE(
      refusal(head + "  databases:\n" + database(plain) + "  bootstrap: {expect: {query: select true, database: other}}\n").empty());
  EXPECT_FALSE(
      refusal(head + "  databases:\n" + database(plain) + "  bootstrap: {expect: {query: delete from t, database: default}}\n").empty());
  EXPECT_FALSE(
      refusal(head + "  databases:\n" + database(plain) + "  bootstrap: {expect: {query: \"select 1; drop table t\", database: default}}\n")
          .empty());
}

TEST(StackReader, NamesThatKubernetesWouldRefuseAreErrors) {
  EXPECT_FALSE(
      refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: x}\nspec: {applications: {migrations: ../../secrets/x}}\n")
          .empty());
  EXPECT_FALSE(refusal("apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: Big_Name}\nspec: {applications: {migrations: m}}\n")
                   .empty());
}

TEST(StackReader, ABrokenDocumentDoesNotHideTheOthers) {
  const std::string second =
      "apiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: other}\nspec: {applications: {migrations: m}}\n";
  const ReadStacks result = read(head + "  mod: Auto\n---\n" + second);
  ASSERT_EQ(result.stacks.size(), 1U);
  EXPECT_EQ(result.stacks[0].name, "other");
  EXPECT_TRUE(result.diagnostics.has_errors());
}

TEST(StackReader, TheSameStackTwiceIsAnError) {
  const ReadStacks result = read(head + "---\n" + head);
  EXPECT_EQ(result.stacks.size(), 1U);
  EXPECT_TRUE(result.diagnostics.has_errors());
}

TEST(StackReader, ReadsAListAsKubectlPrintsIt) {
  const ReadStacks result = read(
      "apiVersion: v1\nkind: List\nitems:\n"
      "- {apiVersion: refloat.dev/v1alpha1, kind: Stack, metadata: {name: a, uid: u}, spec: {applications: {migrations: m}}, status: {x: "
      "1}}\n");
  ASSERT_EQ(result.stacks.size(), 1U) << result.diagnostics.render();
}

TEST(StackReader, AFileWithoutAStackIsAnError) {
  EXPECT_FALSE(refusal("").empty());
  EXPECT_FALSE(refusal("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n").empty());
}

TEST(StackReader, ReadsTheObjectOfTheApi) {
  Diagnostics diagnostics;
  const Json object = Json::parse(
      R"({"apiVersion": "refloat.dev/v1alpha1", "kind": "Stack", "metadata": {"name": "x", "namespace": "n", "managedFields": []},
    "spec": {"applications": {"migrations": "m"}, "limits": {"objectsMax": 3}, "allow": ["prune", {"finalizers": ["a/b"]}]}, "status": {}})");
  const auto stack = read_stack_object(object, diagnostics);
  ASSERT_TRUE(stack.has_value()) << diagnostics.render();
  EXPECT_EQ(stack->ns, "n");
  EXPECT_EQ(stack->limits.objects_max, 3);
  EXPECT_EQ(stack->allowed_finalizers, std::vector<std::string>{"a/b"});
}

TEST(StackReader, ReadsTheModesOfSignatures) {
  const ReadStacks result = read(head + "  mode: Auto\n  modeBySignature: {one: Approve, two: Observe, three: Auto}\n");
  ASSERT_EQ(result.stacks.size(), 1U) << result.diagnostics.render();
  const std::map<std::string, Mode> expected{{"one", Mode::approve}, {"two", Mode::observe}, {"three", Mode::automatic}};
  EXPECT_EQ(result.stacks[0].mode_by_signature, expected);
}

TEST(StackReader, AModeOfASignatureThatMakesNoSenseIsRefused) {
  EXPECT_TRUE(mentions(refusal(head + "  modeBySignature: {one: auto}\n"), "'Auto'"));
  EXPECT_TRUE(mentions(refusal(head + "  modeBySignature: {one: true}\n"), "spec.modeBySignature.one"));
  EXPECT_TRUE(mentions(refusal(head + "  modeBySignature: {one: [Auto]}\n"), "spec.modeBySignature.one"));
  EXPECT_TRUE(mentions(refusal(head + "  modeBySignature: [one]\n"), "must be a map"));
  EXPECT_TRUE(mentions(refusal(head + "  modeBySignature:\n"), "must be a map"));
  EXPECT_TRUE(mentions(refusal(head + "  modeBySignature: {One: Auto}\n"), "no signature id"));
  EXPECT_TRUE(mentions(refusal(head + "  modeBySignature: {one: Auto, two: Auto, one: Observe}\n"), "stands twice"));
  std::string many = head + "  modeBySignature:\n";
  for (int i = 0; i <= 64; ++i) many += "    s-" + std::to_string(i) + ": Auto\n";
  EXPECT_TRUE(mentions(refusal(many), "more than 64"));
}

TEST(StackReader, AnObjectMayHoldNoMoreThanAFile) {
  Json object{{"apiVersion", "refloat.dev/v1alpha1"},
              {"kind", "Stack"},
              {"metadata", {{"name", "x"}, {"namespace", "argocd"}}},
              {"spec", {{"applications", {{"migrations", "m"}}}, {"pauseRequests", Json::array()}}}};
  Diagnostics fine;
  EXPECT_TRUE(read_stack_object(object, fine)) << fine.render();
  for (int i = 0; i < 21000; ++i) object["spec"]["pauseRequests"].push_back("x");
  Diagnostics wide;
  EXPECT_FALSE(read_stack_object(object, wide));
  EXPECT_TRUE(mentions(wide.render(), "spec holds more than 20000 values")) << wide.render();
}

TEST(StackReader, ASignatureThatNoPlaybookHasIsRefusedWithItsLine) {
  Playbook known;
  known.signature.id = "hook-stuck";
  const std::vector<Playbook> playbooks{known};
  Diagnostics diagnostics;
  EXPECT_TRUE(
      read_stacks(head + "  modeBySignature:\n    hook-stuck: Auto\n    hook-stck: Auto\n", "s.yaml", diagnostics, &playbooks).empty());
  ASSERT_EQ(diagnostics.all().size(), 1U) << diagnostics.render();
  EXPECT_EQ(diagnostics.all()[0].message, "spec.modeBySignature: no playbook has a signature 'hook-stck'");
  EXPECT_EQ(diagnostics.all()[0].hint, "did you mean 'hook-stuck'?");
  EXPECT_EQ(diagnostics.all()[0].where.line, 9);
  Playbook users;
  users.ns = "elsewhere";
  users.signature.id = "hook-lost";
  Diagnostics others;
  const std::vector<Playbook> with_users{known, users};
  EXPECT_TRUE(read_stacks(head + "  modeBySignature: {hook-lost: Auto}\n", "s.yaml", others, &with_users).empty())
      << "a Playbook of another namespace says nothing here";
  Diagnostics unknown;
  EXPECT_EQ(read_stacks(head + "  modeBySignature: {hook-stck: Auto}\n", "s.yaml", unknown).size(), 1U) << "where no playbooks are known";
  Diagnostics object;
  EXPECT_FALSE(read_stack_object({{"apiVersion", "refloat.dev/v1alpha1"},
                                  {"kind", "Stack"},
                                  {"metadata", {{"name", "x"}}},
                                  {"spec", {{"applications", {{"migrations", "m"}}}, {"modeBySignature", {{"hook-stck", "Auto"}}}}}},
                                 object, &playbooks));
}

TEST(StackReader, ANumberIsNoTextInJson) {
  Diagnostics diagnostics;
  const Json object = Json::parse(
      R"({"apiVersion": "refloat.dev/v1alpha1", "kind": "Stack", "metadata": {"name": "x"}, "spec": {"applications": {"migrations": 7}}})");
  EXPECT_FALSE(read_stack_object(object, diagnostics).has_value());
}

}  // namespace
}  // namespace refloat
