#include "config/playbook_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/config/read_helper.h"

namespace refloat {
namespace {

using config_test::playbook_with;
using config_test::read;

std::string error_of(const std::string& yaml) {
  const auto result = read(yaml);
  EXPECT_FALSE(result.playbook.has_value()) << yaml;
  return result.first().message + " | " + result.first().hint;
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string schema_fact = "{schema: {database: default}}";

TEST(PlaybookReader, ReadsEverythingAPlaybookSays) {
  const auto result = read(
      "apiVersion: refloat.dev/v1alpha1\n"
      "kind: Playbook\n"
      "metadata: {name: stuck}\n"
      "spec:\n"
      "  summary: S\n"
      "  explanation: E\n"
      "  signature:\n"
      "    id: stuck-one\n"
      "    meaning: M {subject}\n"
      "    severity: warning\n"
      "    recoverable: approval\n"
      "    forEach: database\n"
      "    dialects: [temporal]\n"
      "    affected: 1.24 to 1.29\n"
      "    suspect: {any: [{jobState: {role: migrations, state: Failed}}, {quiet: {}}]}\n"
      "    confirm:\n"
      "      schema: {database: default, version: \"0.0\", fingerprint: {atMost: \"1.10\"}, used: false, namespaces: 0}\n"
      "      not: {quiet: {}}\n"
      "    explains: [other]\n"
      "    dooms: [migrations]\n"
      "    durableFix: the chart\n"
      "  steps:\n"
      "  - {phase: repair, do: sql.removeRow, with: {database: default}, when: {quiet: {}}, within: 90s}\n"
      "  - {phase: migrate, do: argo.sync, role: migrations, forRoles: [none, runtime], within: 10m}\n"
      "  - {phase: verify, expect: [schemaAtTarget], within: 5m}\n");
  ASSERT_TRUE(result.playbook.has_value()) << result.diagnostics.render();
  const Playbook& playbook = *result.playbook;
  const Signature& signature = playbook.signature;
  EXPECT_EQ(playbook.name, "stuck");
  EXPECT_EQ(signature.id, "stuck-one");
  EXPECT_EQ(signature.severity, Severity::warning);
  EXPECT_EQ(signature.recoverable, Recoverable::approval);
  EXPECT_EQ(signature.scope, Scope::database);
  EXPECT_TRUE(signature.needs_stack);
  EXPECT_EQ(signature.dialects, std::vector<std::string>{"temporal"});
  EXPECT_EQ(signature.explains, std::vector<std::string>{"other"});
  EXPECT_EQ(signature.dooms, std::vector<std::string>{"migrations"});
  EXPECT_EQ(signature.durable_fix, "the chart");

  EXPECT_EQ(signature.suspect.op, Condition::Op::any);
  EXPECT_EQ(signature.suspect.children.at(0).params, Json::parse(R"({"role": "migrations", "state": ["Failed"]})"));
  EXPECT_EQ(signature.confirm.op, Condition::Op::all);
  ASSERT_EQ(signature.confirm.children.size(), 2U);
  EXPECT_EQ(signature.confirm.children[0].params,
            Json::parse(R"({"database": "default", "version": "0.0", "fingerprint": {"atMost": "1.10"}, "used": false, "namespaces": 0})"));
  EXPECT_EQ(signature.confirm.children[1].op, Condition::Op::negate);
  EXPECT_EQ(signature.confirm.children[1].children.at(0).fact, "quiet");

  ASSERT_EQ(playbook.steps.size(), 3U);
  EXPECT_EQ(playbook.steps[0].phase, Phase::repair);
  EXPECT_EQ(playbook.steps[0].params, Json::parse(R"({"database": "default"})"));
  ASSERT_TRUE(playbook.steps[0].when.has_value());
  EXPECT_EQ(playbook.steps[0].within, std::chrono::seconds(90));
  EXPECT_EQ(playbook.steps[1].role, "migrations");
  EXPECT_EQ(playbook.steps[1].for_roles, (std::vector<std::string>{"none", "runtime"}));
  EXPECT_EQ(playbook.steps[2].action, "verify");
  EXPECT_EQ(playbook.steps[2].params, Json::parse(R"({"expect": ["schemaAtTarget"]})"));
}

// A saved plan, and an approval, are bound to what the playbooks said.
TEST(PlaybookReader, ItsDigestChangesWithItsText) {
  const auto one = read(playbook_with("{quiet: {}}"));
  const auto same = read(playbook_with("{quiet: {}}"));
  const auto other = read(playbook_with("{quiet: {}}", "[{phase: verify, expect: [workloadsReady], within: 5m}]"));
  ASSERT_TRUE(one.playbook && same.playbook && other.playbook) << other.diagnostics.render();
  EXPECT_FALSE(one.playbook->digest.empty());
  EXPECT_EQ(one.playbook->digest, same.playbook->digest);
  EXPECT_NE(one.playbook->digest, other.playbook->digest);
}

TEST(PlaybookReader, UnquotedVersionStaysTextAndIsWarnedAbout) {
  const auto result = read(playbook_with("{schema: {database: default, version: 1.10}}"));
  ASSERT_TRUE(result.playbook.has_value()) << result.diagnostics.render();
  EXPECT_EQ(result.playbook->signature.confirm.params["version"], "1.10");
  ASSERT_EQ(result.diagnostics.all().size(), 1U);
  EXPECT_EQ(result.first().level, Level::warning);
}

TEST(PlaybookReader, OneValueStandsForTheOnlyRequiredParameter) {
  const auto result = read(playbook_with("{schema: default}"));
  ASSERT_TRUE(result.playbook.has_value()) << result.diagnostics.render();
  EXPECT_EQ(result.playbook->signature.confirm.params, Json::parse(R"({"database": "default"})"));
}

TEST(PlaybookReader, OneValueIsRefusedWhereNothingIsRequired) {
  EXPECT_TRUE(mentions(error_of(playbook_with("{quiet: yes}")), "{}"));
}

TEST(PlaybookReader, HintsAtTheNearestName) {
  EXPECT_TRUE(mentions(error_of(playbook_with("{shema: {database: default}}")), "'schema'"));
  EXPECT_TRUE(mentions(error_of(playbook_with("{schema: {databse: default, database: x}}")), "'database'"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: migrate, do: argo.snc}]")), "'argo.sync'"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: migrat, do: argo.sync}]")), "'migrate'"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[]", "    explans: [x]\n")), "'explains'"));
}

TEST(PlaybookReader, ErrorsSayWhere) {
  const auto result = read(playbook_with("{shema: {}}"));
  EXPECT_EQ(result.first().where.file, "p.yaml");
  EXPECT_EQ(result.first().where.line, 13);
  EXPECT_EQ(result.first().where.column, 15);
}

TEST(PlaybookReader, ChecksTheTypeOfEveryParameter) {
  for (const char* wrong : {"version: latest", "version: v1.18", "used: maybe", "used: \"true\"", "namespaces: some", "namespaces: 1.5",
                            "fingerprint: [\"1.0\"]", "fingerprint: {}", "fingerprint: {below: \"1.0\"}", "version: [\"1.0\"]"}) {
    EXPECT_FALSE(read(playbook_with("{schema: {database: default, " + std::string(wrong) + "}}")).playbook.has_value()) << wrong;
  }
  EXPECT_FALSE(read(playbook_with("{jobState: {role: runtime}}")).playbook.has_value());
  EXPECT_FALSE(read(playbook_with("{jobState: {role: migrations, state: [Failed, Lost]}}")).playbook.has_value());
  EXPECT_FALSE(read(playbook_with("{jobState: {role: migrations, state: []}}")).playbook.has_value());
}

TEST(PlaybookReader, MissingParameterIsNamed) {
  EXPECT_TRUE(mentions(error_of(playbook_with("{schema: {used: true}}")), "'database'"));
}

TEST(PlaybookReader, SuspicionMustBeFree) {
  std::string yaml = playbook_with(schema_fact);
  yaml.replace(yaml.find("{jobState: {role: migrations}}"), std::string("{jobState: {role: migrations}}").size(), schema_fact);
  EXPECT_TRUE(mentions(error_of(yaml), "confirm"));
}

TEST(PlaybookReader, SuspicionMayBeLeftOutOnlyWhereConfirmIsFree) {
  const std::string line = "    suspect: {jobState: {role: migrations}}\n";
  std::string dear = playbook_with(schema_fact);
  dear.erase(dear.find(line), line.size());
  EXPECT_TRUE(mentions(error_of(dear), "suspect"));
  std::string free = playbook_with("{jobState: {role: bootstrap}}");
  free.erase(free.find(line), line.size());
  const auto result = read(free);
  ASSERT_TRUE(result.playbook.has_value()) << result.diagnostics.render();
  EXPECT_EQ(result.playbook->signature.suspect.fact, "jobState");
}

TEST(PlaybookReader, FactsKnowWhereTheyMakeSense) {
  EXPECT_FALSE(read(playbook_with("{olderThan: 5m}")).playbook.has_value());
  EXPECT_TRUE(read(playbook_with("{olderThan: 5m}", "[]", "    forEach: application\n")).playbook.has_value());
  EXPECT_FALSE(read(playbook_with("{olderThan: soon}", "[]", "    forEach: application\n")).playbook.has_value());
}

TEST(PlaybookReader, ScopeOptionsMustFit) {
  EXPECT_FALSE(read(playbook_with(schema_fact, "[]", "    dialects: [temporal]\n")).playbook.has_value());
  EXPECT_FALSE(read(playbook_with(schema_fact, "[]", "    outsideStacks: true\n")).playbook.has_value());
  const auto outside = read(playbook_with("{quiet: {}}", "[]", "    outsideStacks: true\n    forEach: application\n"));
  ASSERT_TRUE(outside.playbook.has_value()) << outside.diagnostics.render();
  EXPECT_FALSE(outside.playbook->signature.needs_stack);
}

TEST(PlaybookReader, StepsAreChecked) {
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: restart, do: argo.sync}]")), "migrate"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: repair, do: sql.removeRow, database: default}]")), "with:"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: verify, do: argo.sync, expect: [schemaAtTarget]}]")), "expect"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: migrate}]")), "'do'"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: verify, expect: [schemaAtTraget]}]")), "'schemaAtTarget'"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: migrate, do: argo.sync, role: migration}]")), "'migrations'"));
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact, "[{phase: migrate, do: argo.sync, within: never}]")), "duration"));
}

TEST(PlaybookReader, TheSameFactTwiceInOneMapIsRefused) {
  EXPECT_TRUE(mentions(error_of(playbook_with("{quiet: {}, quiet: {}}")), "twice"));
}

TEST(PlaybookReader, OnePlaybookPerFile) {
  EXPECT_TRUE(mentions(error_of(playbook_with(schema_fact) + "---\n" + playbook_with(schema_fact)), "one playbook per file"));
  EXPECT_FALSE(read("").playbook.has_value());
}

TEST(PlaybookReader, CollectsSeveralMistakes) {
  const auto result = read(playbook_with("{shema: {}}", "[{phase: migrate, do: argo.snc}]"));
  EXPECT_GE(result.diagnostics.all().size(), 2U);
}

}  // namespace
}  // namespace refloat
