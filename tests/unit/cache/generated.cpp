#include "unit/cache/generated.h"

namespace refloat::test {

std::string Generated::time() {
  return pick<std::string>(
      {"2025-12-05T10:33:02Z", "2025-12-05T10:33:02.123456Z", "1969-12-31T23:59:59Z", "2025-12-05T12:33:02+02:00", "no time", ""});
}

Json Generated::metadata(const std::string& ns, const std::string& name, const std::string& kind) {
  Json meta = {{"namespace", ns},
               {"name", name},
               {"uid", "0a0b0c0d-0000-4000-8000-" + std::to_string(100000000000 + below(40))},
               {"resourceVersion", std::to_string(++version_)},
               {"creationTimestamp", time()},
               {"managedFields", {{{"manager", "argocd"}, {"fieldsV1", {{"f:status", {{"f:health", Json::object()}}}}}}}}};
  if (one_in(2)) meta["uid"] = kind + "-" + name;
  if (one_in(3)) meta["labels"] = {{"app.kubernetes.io/name", pick<std::string>({"temporal", "other"})}, {"tier", "x"}};
  if (one_in(8)) meta["labels"]["app.kubernetes.io/instance"] = app_name();
  if (one_in(8)) meta["deletionTimestamp"] = time();
  if (one_in(4)) meta["finalizers"] = {"argocd.argoproj.io/hook-finalizer", "x/y"};
  if (one_in(3)) meta["generation"] = below(5);
  return meta;
}

Json Generated::tracking(const std::string& ns, const std::string& name) {
  const std::string prefix = pick<std::string>({"", "argocd_", "other_"}) + app_name();
  return {{"argocd.argoproj.io/tracking-id", prefix + ":batch/Job:" + ns + "/" + (one_in(5) ? "another" : name)},
          {one_in(2) ? "helm.sh/hook" : "kubectl.kubernetes.io/last-applied-configuration", "{\"kind\":\"Job\"}"}};
}

Json Generated::resource_row(bool synced) {
  const std::string name = one_in(3) ? object_name() + "-hook" : object_name();
  Json row = {{"group", pick<std::string>({"batch", "apps", ""})},
              {"kind", pick<std::string>({"Job", "Deployment", "StatefulSet", "Service"})},
              {"namespace", one_in(4) ? "" : ns()},
              {"name", name},
              {"status", word()}};
  if (!synced && one_in(2)) row["hook"] = one_in(2);
  if (!synced) return row;
  row["message"] = pick<std::string>(
      {"deployment.apps/" + name + " configured", name + name + "\x01", "", "Job has reached the specified backoff limit"});
  row["hookType"] = pick<std::string>({"PreSync", ""});
  row["hookPhase"] = word();
  row["syncPhase"] = "Sync";
  return row;
}

Json Generated::operation() {
  Json operation = {{"initiatedBy", {{"username", "alice"}, {"automated", one_in(2)}}}, {"sync", {{"revision", "abc"}}}};
  if (one_in(2)) operation["info"] = {{{"name", "refloat"}, {"value", "run-1"}}, {{"name", "b"}}, 7};
  if (one_in(2)) operation["retry"] = {{"limit", below(9) - 1}, {"backoff", {{"duration", "7s"}, {"factor", 3}, {"maxDuration", "1m"}}}};
  if (one_in(3)) operation["sync"]["resources"] = Json::array();
  if (one_in(3)) operation["sync"]["resources"] = {resource_row(false)};
  return operation;
}

Json Generated::state() {
  Json rows = Json::array();
  for (int i = below(4); i > 0; --i) rows.push_back(resource_row(true));
  Json state = {{"phase", word()},
                {"message", "one or more tasks are running"},
                {"startedAt", time()},
                {"operation", operation()},
                {"syncResult", {{"resources", rows}, {"source", {{"repoURL", "x"}}}}}};
  if (one_in(2)) state["finishedAt"] = time();
  if (one_in(2)) state["syncResult"]["revision"] = "0123456789abcdef";
  if (one_in(2)) state["retryCount"] = below(3);
  return state;
}

Json Generated::condition() {
  return {{"type", pick<std::string>({"Ready", "PodScheduled", "Complete", "Failed", "SyncError"})},
          {"status", pick<std::string>({"True", "False", "Unknown"})},
          {"reason", pick<std::string>({"Unschedulable", "BackoffLimitExceeded", ""})},
          {"message", pick<std::string>({"0/3 nodes\nare available", "", "\x1b[31mred"})},
          {"lastTransitionTime", time()}};
}

Json Generated::application(const std::string& ns, const std::string& name) {
  Json source = {{"repoURL", "https://git/x"}, {one_in(4) ? "chart" : "path", "p/" + name}, {"targetRevision", "main"}};
  Json rows = Json::array();
  for (int i = below(4); i > 0; --i) rows.push_back(resource_row(false));
  Json spec = {{"project", one_in(3) ? "" : pick<std::string>({"default", "team"})},
               {"destination", {{"namespace", this->ns()}, {"server", one_in(6) ? "https://elsewhere" : "https://kubernetes.default.svc"}}},
               {"source", source},
               {"syncPolicy", {{"syncOptions", {"A=b", 3}}, {"retry", {{"limit", 2}}}}}};
  if (one_in(3)) spec["syncPolicy"]["automated"] = {{"selfHeal", true}, {"enabled", one_in(2)}};
  if (one_in(5)) spec["sources"] = {source, source};
  if (one_in(6)) spec["destination"] = {{"name", "in-cluster"}, {"namespace", this->ns()}};
  Json status = {{"sync", {{"status", word()}, {"revision", "abc"}, {"revisions", {"r1", "r2"}}}},
                 {"health", {{"status", word()}}},
                 {"resources", rows},
                 {"history", {{{"id", 1}}}},
                 {"reconciledAt", time()}};
  if (one_in(2)) status["conditions"] = {condition(), condition()};
  if (one_in(2)) status["operationState"] = state();
  if (one_in(3)) status["controllerNamespace"] = pick<std::string>({"argocd", "elsewhere"});
  Json object = {{"apiVersion", "argoproj.io/v1alpha1"},
                 {"kind", "Application"},
                 {"metadata", metadata(ns, name, "app")},
                 {"spec", spec},
                 {"status", status}};
  if (one_in(3)) object["operation"] = operation();
  if (one_in(4)) object["metadata"]["ownerReferences"] = {{{"kind", "ApplicationSet"}, {"name", set_name()}}};
  if (one_in(4))
    object["metadata"]["annotations"] = {{"argocd.argoproj.io/refresh", "hard"}, {"argocd.argoproj.io/skip-reconcile", "true"}};
  return object;
}

Json Generated::project(const std::string& ns, const std::string& name) {
  Json object = {{"kind", "AppProject"}, {"metadata", metadata(ns, name, "project")}, {"spec", {{"sourceRepos", {"*"}}}}};
  if (one_in(2))
    object["spec"]["syncWindows"] = {
        {{"kind", "deny"}, {"schedule", "* * * * *"}, {"duration", "1h"}, {"applications", {"app-*", 1}}, {"manualSync", true}}};
  return object;
}

Json Generated::job(const std::string& ns, const std::string& name) {
  Json object = {
      {"kind", "Job"},
      {"metadata", metadata(ns, name, "Job")},
      {"spec", {{"suspend", one_in(3)}, {"template", {{"spec", Json::object()}}}}},
      {"status", {{"active", below(2)}, {"failed", below(3)}, {"startTime", time()}, {"conditions", {condition(), condition()}}}}};
  if (!one_in(4)) object["metadata"]["annotations"] = tracking(ns, name);
  if (one_in(4)) object["metadata"]["ownerReferences"] = {{{"kind", "CronJob"}, {"name", "c"}, {"controller", true}}};
  if (one_in(2)) object["spec"]["backoffLimit"] = below(4);
  return object;
}

Json Generated::container() {
  Json state = one_in(2) ? Json{{"running", {{"startedAt", time()}}}}
                         : Json{{"waiting", {{"reason", "CrashLoopBackOff"}, {"message", "back-off\t5m"}}}};
  if (one_in(3)) state = {{"terminated", {{"exitCode", below(3)}}}};
  Json status = {
      {"name", "c" + std::to_string(below(3))}, {"ready", one_in(2)}, {"restartCount", below(9)}, {"image", "i:1"}, {"state", state}};
  if (one_in(2)) status["lastState"] = {{"terminated", {{"exitCode", 137}}}};
  return status;
}

Json Generated::pod(const std::string& ns, const std::string& name) {
  Json object = {
      {"kind", "Pod"},
      {"metadata", metadata(ns, name, "Pod")},
      {"spec", {{"containers", {{{"env", {{{"name", "A"}}}}}}}}},
      {"status", {{"phase", word()}, {"conditions", {condition(), condition()}}, {"containerStatuses", {container(), container()}}}}};
  if (one_in(2)) object["status"]["initContainerStatuses"] = {container()};
  const std::string kind = pick<std::string>({"Job", "ReplicaSet", "StatefulSet", "Deployment"});
  const std::string owner = kind == "ReplicaSet" ? object_name() + "-5d4f8" : one_in(3) ? object_name() + "-hook" : object_name();
  if (!one_in(5))
    object["metadata"]["ownerReferences"] = {{{"kind", kind}, {"name", owner}, {"uid", kind + "-" + owner}, {"controller", true}}};
  return object;
}

Json Generated::workload(const std::string& kind, const std::string& ns, const std::string& name) {
  Json object = {
      {"kind", kind},
      {"metadata", metadata(ns, name, kind)},
      {"spec", {{"replicas", below(3)}, {"template", {{"metadata", {{"annotations", {{"kubectl.kubernetes.io/restartedAt", time()}}}}}}}}},
      {"status",
       {{"replicas", below(3)}, {"readyReplicas", below(3)}, {"updatedReplicas", 1}, {"availableReplicas", 1}, {"observedGeneration", 2}}}};
  if (kind == "StatefulSet") object["spec"]["serviceName"] = name;
  if (!one_in(3)) object["metadata"]["annotations"] = tracking(ns, name);
  return object;
}

Json Generated::replica_set(const std::string& ns, const std::string& name) {
  Json object = {{"kind", "ReplicaSet"},
                 {"metadata", metadata(ns, name, "ReplicaSet")},
                 {"spec", {{"replicas", below(3)}, {"template", {{"metadata", Json::object()}}}}},
                 {"status", {{"replicas", below(3)}, {"readyReplicas", below(3)}, {"availableReplicas", 1}}}};
  if (!one_in(4))
    object["metadata"]["annotations"] = {{"deployment.kubernetes.io/revision", pick<std::string>({"1", "2", "17", "x", "-4", ""})}};
  if (one_in(2)) object["metadata"]["labels"]["pod-template-hash"] = "5d4f8";
  const std::string owner = object_name();
  if (!one_in(4)) {
    object["metadata"]["ownerReferences"] = {
        {{"kind", "Deployment"}, {"name", owner}, {"uid", one_in(3) ? "Deployment-" + owner : "other"}, {"controller", true}}};
  }
  return object;
}

Json Generated::node(const std::string& name) {
  Json object = {{"kind", "Node"},
                 {"metadata", metadata("", name, "Node")},
                 {"spec", {{"podCIDR", "10.0.0.0/24"}}},
                 {"status", {{"conditions", {condition(), condition()}}, {"images", {{{"names", {"x"}}}}}}}};
  object["metadata"].erase("namespace");
  if (one_in(2))
    object["spec"]["taints"] = {{{"key", "a/b"}, {"effect", "NoSchedule"}}, {{"key", "c"}, {"value", "d"}, {"effect", "NoExecute"}}};
  if (one_in(3)) object["spec"]["unschedulable"] = one_in(2);
  return object;
}

Json Generated::claim(const std::string& ns, const std::string& name) {
  Json object = {{"kind", "PersistentVolumeClaim"},
                 {"metadata", metadata(ns, name, "PersistentVolumeClaim")},
                 {"spec", {{"volumeName", "pv-1"}}},
                 {"status", {{"phase", pick<std::string>({"Pending", "Bound", "Lost"})}, {"capacity", {{"storage", "1Gi"}}}}}};
  if (one_in(3)) object["metadata"]["annotations"] = tracking(ns, name);
  return object;
}

Json Generated::application_set(const std::string& ns, const std::string& name) {
  Json rows = Json::array();
  for (int i = below(4); i > 0; --i) {
    const std::string app = app_name();
    rows.push_back({{"application", app},
                    {"status", pick<std::string>({"Waiting", "Pending", "Progressing", "Healthy"})},
                    {"step", std::to_string(below(3))},
                    {"message", pick<std::string>({"Application " + app + " is\nwaiting", "", "\x1b[31mred"})},
                    {"lastTransitionTime", time()},
                    {"targetRevisions", {"abc"}}});
  }
  Json object = {{"kind", "ApplicationSet"},
                 {"metadata", metadata(ns, name, "set")},
                 {"spec", {{"generators", {{{"list", 1}}}}}},
                 {"status", {{"applicationStatus", rows}, {"conditions", {condition()}}}}};
  if (one_in(2)) object["spec"]["strategy"] = {{"type", "RollingSync"}, {"rollingSync", {{"steps", {{{"maxUpdate", 1}}, Json::object()}}}}};
  return object;
}

Json Generated::postgres_cluster(const std::string& ns, const std::string& name) {
  Json object = {{"kind", "Cluster"},
                 {"metadata", metadata(ns, name, "Cluster")},
                 {"spec", {{"instances", 3}}},
                 {"status",
                  {{"phase", pick<std::string>({"Cluster in healthy state", "Switchover in progress", "Failing\nover"})},
                   {"conditions", {condition(), condition()}},
                   {"currentPrimary", name + "-1"},
                   {"targetPrimary", name + (one_in(2) ? "-1" : "-2")},
                   {"instances", 3},
                   {"readyInstances", below(4)}}}};
  if (one_in(2)) {
    object["status"]["managedRolesStatus"] = {
        {"byStatus", {{"reconciled", {"app", "temporal"}}, {"pending-reconciliation", Json::array()}, {"odd", 7}}},
        {"cannotReconcile", {{"temporal", {"failed to get password secret x: the value is hunter2"}}, {"app", {"no"}}}},
        {"passwordStatus", {{"temporal", {{"resourceVersion", "7"}}}}}};
  }
  return object;
}

Json Generated::postgres_database(const std::string& ns, const std::string& name) {
  Json object = {{"kind", "Database"},
                 {"metadata", metadata(ns, name, "Database")},
                 {"spec", {{"cluster", {{"name", cluster_name()}}}, {"name", "temporal"}, {"owner", "temporal"}, {"ensure", "present"}}}};
  if (!one_in(3)) object["status"] = {{"applied", one_in(2)}, {"message", pick<std::string>({"", "role\t\"x\" does not exist"})}};
  return object;
}

Json Generated::postgres_pooler(const std::string& ns, const std::string& name) {
  return {{"kind", "Pooler"},
          {"metadata", metadata(ns, name, "Pooler")},
          {"spec",
           {{"cluster", {{"name", cluster_name()}}},
            {"type", pick<std::string>({"rw", "ro"})},
            {"pgbouncer", {{"poolMode", "transaction"}, {"paused", one_in(3)}, {"parameters", {{"max_client_conn", "1"}}}}}}}};
}

Json Generated::anything() {
  switch (below(14)) {
    case 0: return nullptr;
    case 1: return one_in(2);
    case 2: return below(100) - 50;
    case 3: return std::int64_t{1} << below(63);
    case 4: return std::uint64_t{18446744073709551615U};
    case 5: return 1.5e300;
    case 6: return std::string(static_cast<std::size_t>(below(300)), 'x');
    case 7: return "\x01\x02 \" \\ / \n \t \u00e9 \U0001F600 \u202e";
    case 8: return Json::array();
    case 9: return Json::object();
    case 10: return {anything(), anything()};
    case 11: return {{"name", anything()}, {"", anything()}};
    case 12: return std::string("2025-12-05T10:33:02Z");
    default: return "name\0end";
  }
}

void Generated::spoil(Json& object) {
  Json* at = &object;
  while (at->is_structured() && !at->empty() && !one_in(4)) {
    auto member = at->begin();
    std::advance(member, below(static_cast<int>(at->size())));
    at = &*member;
  }
  if (at == &object) return;
  *at = anything();
}

std::string Generated::spoil_text(std::string text) {
  const auto at = static_cast<std::size_t>(below(static_cast<int>(text.size())));
  switch (below(6)) {
    case 0: text[at] = static_cast<char>(below(256)); break;
    case 1: text.resize(at); break;
    case 2: text.insert(at, 1, pick<char>({'{', '}', '"', ',', '\\', '\xff', '\0', '['})); break;
    case 3: text += pick<std::string>({"}", " ", "x", "{}", "\n"}); break;
    case 4: text.insert(at, text.substr(at, static_cast<std::size_t>(below(200)))); break;
    default: text.erase(at, 1); break;
  }
  return text;
}

}  // namespace refloat::test
