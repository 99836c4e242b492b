#include "argo/client/application.h"

#include "argo/client/operations.h"
#include "unit/support/healthy_stack.h"

namespace refloat {
namespace {

using namespace testing_support;  // NOLINT: the fixture's words

Json running_object() {
  return Json::parse(R"({
    "metadata": {"name": "x", "namespace": "argocd", "uid": "u", "resourceVersion": "7", "ownerReferences": [{"kind": "ApplicationSet", "name": "set"}],
                 "annotations": {"argocd.argoproj.io/refresh": "hard", "argocd.argoproj.io/skip-reconcile": "true"}},
    "spec": {"project": "p", "destination": {"name": "in-cluster", "namespace": "dev"}, "source": {"repoURL": "r", "path": "a", "targetRevision": "main"},
             "syncPolicy": {"automated": {"selfHeal": true}, "retry": {"limit": 2, "backoff": {"duration": "5s", "factor": 3, "maxDuration": "1m"}}, "syncOptions": ["A=b"]}},
    "operation": {"initiatedBy": {"username": "me"}, "info": [{"name": "refloat", "value": "token"}], "sync": {}},
    "status": {"sync": {"status": "OutOfSync", "revision": "abc"}, "health": {"status": "Degraded"},
      "operationState": {"phase": "Running", "startedAt": "2025-12-05T10:00:00Z", "finishedAt": "2025-12-05T10:01:00Z", "retryCount": 1, "message": "m",
        "operation": {"retry": {"limit": 2, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "20s"}}, "sync": {"resources": [{"kind": "Job", "name": "j"}]}},
        "syncResult": {"revision": "abc", "resources": [{"group": "batch", "kind": "Job", "namespace": "dev", "name": "j", "hookType": "PreSync", "hookPhase": "Running"}]}},
      "conditions": [{"type": "SyncError", "message": "Failed last sync attempt", "lastTransitionTime": "2025-12-05T10:02:00Z"}],
      "resources": [{"group": "apps", "kind": "Deployment", "namespace": "dev", "name": "d", "status": "Synced"}]}})");
}

TEST(ParseApplication, reads_what_decisions_need) {
  const Application a = parse_application(running_object());
  EXPECT_EQ(a.ref.uid, "u");
  EXPECT_EQ(a.owner_set, "set");
  EXPECT_EQ(a.refresh, "hard");
  EXPECT_TRUE(a.skip_reconcile && a.automated && a.self_heal && a.has_operation);
  EXPECT_EQ(a.destination_server, "name:in-cluster");
  EXPECT_EQ(a.retry.factor, 3);
  EXPECT_EQ(a.pending_info.at("refloat"), "token");
  ASSERT_TRUE(a.operation);
  EXPECT_TRUE(a.operation->partial);
  EXPECT_EQ(a.operation->resources.at(0).hook_phase, "Running");
  EXPECT_EQ(a.conditions.at(0).type, "SyncError");
  EXPECT_EQ(sync_token(a), "token");
}

TEST(ParseApplication, running_with_finished_at_is_a_back_off) {
  const Application a = parse_application(running_object());
  EXPECT_EQ(retry_due(a), at("2025-12-05T10:01:10Z")) << "5 s doubled once after the first retry";
  EXPECT_FALSE(operation_runs(a));
  EXPECT_FALSE(operation_in_limbo(a));
}

TEST(ParseApplication, running_without_operation_is_limbo_whatever_finished_at_says) {
  Json object = running_object();
  object.erase("operation");
  const Application a = parse_application(object);
  EXPECT_TRUE(operation_in_limbo(a));
  EXPECT_FALSE(retry_due(a));
}

TEST(ParseApplication, survives_hostile_types) {
  for (const char* text :
       {"null", "[]", "{}", R"({"metadata": [], "spec": 1, "status": "x", "operation": []})",
        R"({"status": {"operationState": {"syncResult": {"resources": [1, null, "x"]}}, "conditions": {"a": 1}, "resources": [[]]}})",
        R"({"metadata": {"ownerReferences": [1]}, "spec": {"sources": [5], "syncPolicy": {"automated": true, "retry": []}}})"}) {
    EXPECT_NO_THROW(parse_application(Json::parse(text))) << text;
    EXPECT_NO_THROW(parse_project(Json::parse(text))) << text;
  }
}

TEST(Operations, a_multi_source_sync_pins_every_revision) {
  Application a = application("x");
  a.multi_source = true;
  a.sync_revisions = {"r1", "r2"};
  const KubeWrite w = start_sync(a, "t");
  EXPECT_EQ(w.body["operation"]["sync"]["revisions"], Json({"r1", "r2"}));
  EXPECT_FALSE(w.body["operation"]["sync"].contains("revision"));
}

}  // namespace
}  // namespace refloat
