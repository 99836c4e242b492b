#include "cli/playbook_cases.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "config/embedded.h"
#include "config/playbook_reader.h"
#include "config/schema.h"
#include "reconcile/reconcile.h"
#include "unit/support/source_dir.h"

namespace refloat {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A playbook folder of its own: one signature on Applications, fires when the Application is Degraded.
class Cases : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "refloat-cases-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directory(folder_ / "cases");
    write("base.yaml",
          "now: 2025-12-03T10:33:00Z\n"
          "stack: {apiVersion: refloat.dev/v1alpha1, kind: Stack, metadata: {name: s, namespace: argocd}, spec: {applications: "
          "{migrations: app}}}\n"
          "snapshot:\n"
          "  applications:\n"
          "  - {apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: app, namespace: argocd, uid: u}, status: {health: "
          "{status: Healthy}, sync: {status: Synced}}}\n");
    write(
        "cases/fires.yaml",
        "case: degraded\nfrom: ../base.yaml\nset: {'/snapshot/applications/[name=app]/status/health/status': Degraded}\nexpect: present\n");
    write("cases/silent.yaml", "case: healthy\nfrom: ../base.yaml\nexpect: absent\n");
    write("cases/near.yaml",
          "case: only progressing\nnear: fires.yaml\nset: {'/snapshot/applications/[name=app]/status/health/status': Progressing}\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  CaseReport run() { return run_cases(playbook(), folder_.string()); }
  // The outcome of cases/<name>.yaml.
  CaseOutcome outcome(const CaseReport& report, const std::string& name) {
    for (const CaseOutcome& one : report.outcomes) {
      if (fs::path(one.file).stem() == name) return one;
    }
    return {};
  }

  static Playbook playbook() {
    Playbook playbook;
    playbook.name = "example";
    playbook.signature.id = "example";
    playbook.signature.scope = Scope::application;
    playbook.signature.confirm.op = Condition::Op::fact;
    playbook.signature.confirm.fact = "application";
    playbook.signature.confirm.params = {{"health", {"Degraded"}}};
    playbook.signature.suspect = playbook.signature.confirm;
    return playbook;
  }

  fs::path folder_;
};

TEST_F(Cases, AllThreeKindsComeOutAsExpected) {
  const CaseReport report = run();
  EXPECT_TRUE(report.ok()) << report.diagnostics.render();
  ASSERT_EQ(report.outcomes.size(), 3U);
  EXPECT_EQ(outcome(report, "fires").got, "present");
  EXPECT_FALSE(outcome(report, "fires").evidence.empty());
  EXPECT_EQ(outcome(report, "silent").got, "absent");
  EXPECT_TRUE(outcome(report, "near").near);
}

TEST_F(Cases, AWrongExpectationFails) {
  write("cases/silent.yaml", "case: healthy\nfrom: ../base.yaml\nexpect: present\n");
  const CaseReport report = run();
  EXPECT_FALSE(report.ok());
  EXPECT_FALSE(outcome(report, "silent").ok);
  EXPECT_EQ(outcome(report, "silent").got, "absent");
}

TEST_F(Cases, ANearMissOfASilentCaseProvesNothing) {
  write("cases/near.yaml",
        "case: near nothing\nnear: silent.yaml\nset: {'/snapshot/applications/[name=app]/status/health/status': Progressing}\n");
  const CaseReport report = run();
  EXPECT_FALSE(outcome(report, "near").ok);
  EXPECT_FALSE(report.ok());
}

TEST_F(Cases, ANearMissThatStillFiresFails) {
  write("cases/near.yaml",
        "case: harmless change\nnear: fires.yaml\nset: {'/snapshot/applications/[name=app]/status/sync/status': OutOfSync}\n");
  EXPECT_FALSE(outcome(run(), "near").ok);
}

TEST_F(Cases, ANearMissChangesExactlyOneThing) {
  write("cases/near.yaml",
        "case: two\nnear: fires.yaml\nset: {'/now': '2025-12-03T10:34:00Z', '/snapshot/applications/[name=app]/status/health/status': "
        "Progressing}\n");
  EXPECT_FALSE(run().ok());
  write("cases/near.yaml", "case: none\nnear: fires.yaml\n");
  EXPECT_FALSE(run().ok());
}

TEST_F(Cases, EveryKindMustBeThere) {
  for (const char* kind : {"fires", "silent", "near"}) {
    const std::string text = text_of(folder_ / "cases" / (std::string(kind) + ".yaml"));
    fs::remove(folder_ / "cases" / (std::string(kind) + ".yaml"));
    EXPECT_FALSE(run().ok()) << kind;
    write("cases/" + std::string(kind) + ".yaml", text);
  }
  EXPECT_TRUE(run().ok());
}

TEST_F(Cases, MalformedCasesAreErrors) {
  for (const char* text :
       {"case: x\nfrom: ../base.yaml\nexpect: maybe\n", "case: x\nexpect: absent\n", "case: x\nfrom: nowhere.yaml\nexpect: absent\n",
        "case: x\nfrom: extra.yaml\nexpect: absent\n", "case: x\nfrom: ../base.yaml\nremove: [/snapshot/jobs]\nexpect: absent\n",
        "case: x\nfrom: ../base.yaml\nset: {/snapshot/aplications: []}\nexpect: absent\n",
        "case: x\nfrom: ../base.yaml\nset: {/now: yesterday}\nexpect: absent\n",
        "case: x\nfrom: ../base.yaml\nset: {/stack/spec/mod: Auto}\nexpect: absent\n", "from: ../base.yaml\nexpect: absent\n",
        "case: x\nfrom: ../base.yaml\nexpekt: absent\nexpect: absent\n"}) {
    write("cases/extra.yaml", text);
    EXPECT_FALSE(run().ok()) << text;
  }
}

TEST_F(Cases, WithoutAStackApplicationsAreLookedAtAlone) {
  Playbook outside = playbook();
  write("cases/alone.yaml", "case: no stack\nfrom: fires.yaml\nremove: [/stack]\nexpect: present\n");
  EXPECT_EQ(outcome(run(), "alone").got, "absent");
  outside.signature.needs_stack = false;
  EXPECT_EQ(outcome(run_cases(outside, folder_.string()), "alone").got, "present");
}

TEST_F(Cases, WhatCannotBeJudgedIsUnknown) {
  Playbook database = playbook();
  database.signature.scope = Scope::database;
  database.signature.confirm.fact = "schema";
  database.signature.confirm.params = {{"readable", true}};
  write("cases/unread.yaml",
        "case: the database was not read\nfrom: ../base.yaml\nset:\n"
        "  /stack/spec/databases: [{name: default, dialect: temporal, target: '1.18', connection: {host: h, database: d, user: u}}]\n"
        "expect: unknown\n");
  const CaseOutcome unread = outcome(run_cases(database, folder_.string()), "unread");
  EXPECT_EQ(unread.got, "unknown");
  EXPECT_TRUE(unread.ok);
}

// --- the catalogue that ships ----------------------------------------------------------------------------------------------------------

struct Shipped {
  Playbook playbook;
  std::string folder;
};

std::vector<Shipped> catalogue() {
  Diagnostics diagnostics;
  std::vector<Shipped> all;
  const Vocabulary words = vocabulary();
  for (const EmbeddedFile& file : embedded_files("playbooks/", "/playbook.yaml")) {
    auto playbook = read_playbook(std::string(file.text), std::string(file.path), words, diagnostics);
    if (playbook) all.push_back({std::move(*playbook), (source_dir() / file.path).parent_path().string()});
  }
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.render();
  return all;
}

TEST(Catalogue, PassesTheLinterWithoutAWarning) {
  std::vector<Playbook> playbooks;
  for (const Shipped& shipped : catalogue()) playbooks.push_back(shipped.playbook);
  ASSERT_FALSE(playbooks.empty());
  Diagnostics diagnostics;
  lint_playbooks(playbooks, vocabulary(), diagnostics);
  EXPECT_TRUE(diagnostics.all().empty()) << diagnostics.render();
}

TEST(Catalogue, EveryCaseOfEveryPlaybookComesOutAsExpected) {
  for (const Shipped& shipped : catalogue()) {
    const CaseReport report = run_cases(shipped.playbook, shipped.folder);
    EXPECT_FALSE(report.diagnostics.has_errors()) << report.diagnostics.render();
    for (const CaseOutcome& one : report.outcomes)
      EXPECT_TRUE(one.ok) << one.file << ": expected " << one.expected << ", got " << one.got << " " << one.why;
  }
}

TEST(Catalogue, TheCommittedSchemaIsThatOfThisVocabulary) {
  EXPECT_EQ(text_of(source_dir() / "playbooks/schema.json"), playbook_schema(vocabulary()) + "\n")
      << "regenerate it: refloat playbook schema > playbooks/schema.json";
}

}  // namespace
}  // namespace refloat
