#include "kube/objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace refloat {
namespace {

using ::testing::ElementsAre;

Json tracked(const std::string& annotation, const std::string& label) {
  Json object = {{"metadata", {{"namespace", "ns"}, {"name", "name"}, {"annotations", Json::object()}, {"labels", Json::object()}}}};
  if (!annotation.empty()) object["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] = annotation;
  if (!label.empty()) object["metadata"]["labels"]["app.kubernetes.io/instance"] = label;
  return object;
}

TEST(TrackingApp, ReadsAnnotationThenLabel) {
  EXPECT_EQ(tracking_app(tracked("shop:batch/Job:ns/name", "other")), "shop");
  EXPECT_EQ(tracking_app(tracked("teams_shop:/Service:ns/name", "")), "teams_shop");
  EXPECT_EQ(tracking_app(tracked("", "shop")), "shop");
  EXPECT_EQ(tracking_app(tracked("nonsense", "shop")), "") << "an annotation that says nothing is no reason to believe the label";
  EXPECT_EQ(tracking_app(tracked("shop:batch/Job:ns/another", "shop")), "") << "copied from another object";
  Json owned = tracked("", "shop");
  owned["metadata"]["ownerReferences"] = {{{"kind", "CronJob"}, {"controller", true}}};
  EXPECT_EQ(tracking_app(owned), "") << "the label was only passed on";
  EXPECT_EQ(tracking_app(tracked(":x", "")), "");
  EXPECT_EQ(tracking_app(Json::object()), "");
}

TEST(ParseJob, ReadsAFailedHook) {
  const Job job = parse_job(Json::parse(R"({
    "metadata": {"name": "m", "namespace": "ns", "uid": "u", "resourceVersion": "9", "creationTimestamp": "2025-12-03T10:00:00Z",
      "deletionTimestamp": "2025-12-03T10:05:00Z", "finalizers": ["argocd.argoproj.io/hook-finalizer"],
      "annotations": {"helm.sh/hook": "pre-install", "argocd.argoproj.io/tracking-id": "app:batch/Job:ns/m"}},
    "spec": {"backoffLimit": 3},
    "status": {"failed": 4, "startTime": "2025-12-03T10:00:01Z", "conditions": [
      {"type": "FailureTarget", "status": "True", "reason": "X", "lastTransitionTime": "2025-12-03T10:03:00Z"},
      {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "words", "lastTransitionTime": "2025-12-03T10:04:00Z"}]}})"));
  EXPECT_EQ(job.ref, (ObjectRef{"Job", "ns", "m", "u"}));
  EXPECT_EQ(job.resource_version, "9");
  EXPECT_TRUE(job.created_at);
  EXPECT_EQ(job.deletion_at, parse_time("2025-12-03T10:05:00Z"));
  EXPECT_THAT(job.finalizers, ElementsAre("argocd.argoproj.io/hook-finalizer"));
  EXPECT_EQ(job.tracking_app, "app");
  EXPECT_TRUE(job.hook);
  EXPECT_EQ(job.failed, 4);
  EXPECT_EQ(job.backoff_limit, 3);
  EXPECT_TRUE(job.failed_finally);
  EXPECT_FALSE(job.complete);
  EXPECT_EQ(job.failed_reason, "BackoffLimitExceeded");
  EXPECT_EQ(job.failed_message, "words");
  EXPECT_EQ(job.finished_at, parse_time("2025-12-03T10:04:00Z"));
}

TEST(ParseJob, AConditionThatIsNotTrueDoesNotCount) {
  const Job job = parse_job(Json::parse(
      R"({"status": {"active": 1, "conditions": [{"type": "Failed", "status": "False"}, {"type": "Complete", "status": "Unknown"}]}})"));
  EXPECT_FALSE(job.failed_finally);
  EXPECT_FALSE(job.complete);
  EXPECT_FALSE(job.finished_at);
  EXPECT_EQ(job.backoff_limit, 6);
  EXPECT_FALSE(job.hook);
}

TEST(ParseJob, ReadsASuccess) {
  const Job job = parse_job(Json::parse(
      R"({"status": {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True", "lastTransitionTime": "2025-12-03T10:04:00Z"}]}})"));
  EXPECT_TRUE(job.complete);
  EXPECT_EQ(job.succeeded, 1);
  EXPECT_EQ(job.finished_at, parse_time("2025-12-03T10:04:00Z"));
}

TEST(ParsePod, ReadsACrashLoopBehindItsInitContainer) {
  const Pod pod = parse_pod(Json::parse(R"({
    "metadata": {"name": "p", "namespace": "ns", "uid": "u", "labels": {"a": "b"}, "ownerReferences": [
      {"kind": "Other", "name": "o"}, {"kind": "ReplicaSet", "name": "rs", "uid": "ru", "controller": true}]},
    "status": {"phase": "Running",
      "conditions": [{"type": "Ready", "status": "False"}, {"type": "PodScheduled", "status": "True"}],
      "containerStatuses": [{"name": "main", "ready": false, "restartCount": 7, "image": "i:1",
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}, "lastState": {"terminated": {"exitCode": 3}}}],
      "initContainerStatuses": [{"name": "wait", "ready": true, "state": {"terminated": {"exitCode": 0}}}]}})"));
  EXPECT_EQ(pod.owner_kind + "/" + pod.owner_name + "/" + pod.owner_uid, "ReplicaSet/rs/ru");
  EXPECT_EQ(pod.labels.at("a"), "b");
  EXPECT_FALSE(pod.ready);
  EXPECT_FALSE(pod.unschedulable);
  ASSERT_EQ(pod.containers.size(), 2U);
  EXPECT_EQ(pod.containers[0].name, "wait");
  EXPECT_TRUE(pod.containers[0].init);
  EXPECT_TRUE(pod.containers[0].terminated);
  EXPECT_EQ(pod.containers[0].last_exit_code, 0);
  EXPECT_EQ(pod.containers[1].waiting_reason, "CrashLoopBackOff");
  EXPECT_EQ(pod.containers[1].restarts, 7);
  EXPECT_EQ(pod.containers[1].last_exit_code, 3);
  EXPECT_FALSE(pod.containers[1].init);
}

TEST(ParsePod, KnowsUnschedulableFromGated) {
  const auto pod = [](const std::string& status, const std::string& reason) {
    return parse_pod(
        {{"status", {{"conditions", {{{"type", "PodScheduled"}, {"status", status}, {"reason", reason}, {"message", "0/1 nodes"}}}}}}});
  };
  EXPECT_TRUE(pod("False", "Unschedulable").unschedulable);
  EXPECT_EQ(pod("False", "Unschedulable").schedule_message, "0/1 nodes");
  EXPECT_FALSE(pod("False", "SchedulingGated").unschedulable);
  EXPECT_FALSE(pod("True", "Unschedulable").unschedulable);
}

TEST(ParsePod, SurvivesTypesThatMakeNoSense) {
  const Pod pod = parse_pod(
      Json::parse(R"({"metadata": [], "status": {"conditions": {}, "containerStatuses": [null, 3, {"state": "x"}], "phase": 4}})"));
  EXPECT_EQ(pod.phase, "");
  EXPECT_EQ(pod.containers.size(), 3U);
}

TEST(ParseWorkload, ReadsARollout) {
  const Workload workload = parse_workload(Json::parse(R"({
    "kind": "Deployment", "metadata": {"name": "d", "namespace": "ns", "generation": 4, "labels": {"app": "x"}},
    "spec": {"replicas": 2, "template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2025-12-03T10:04:00Z"}}}},
    "status": {"observedGeneration": 4, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 1}})"));
  EXPECT_EQ(workload.ref.kind, "Deployment");
  EXPECT_TRUE(workload.settled());
  EXPECT_EQ(workload.available, 1);
  EXPECT_EQ(workload.restarted_at, "2025-12-03T10:04:00Z");
}

TEST(ParseWorkload, DefaultsAreThoseOfKubernetes) {
  EXPECT_EQ(parse_workload(Json::parse(R"({"spec": {}})")).replicas, 1);
  EXPECT_EQ(parse_workload(Json::parse(R"({"spec": {"replicas": 0}})")).replicas, 0);
  EXPECT_EQ(parse_workload(Json::parse(R"({"spec": {"serviceName": "s"}})")).ref.kind, "StatefulSet");
  EXPECT_EQ(parse_workload(Json::parse(R"({"spec": {}})")).ref.kind, "Deployment");
}

}  // namespace
}  // namespace refloat
