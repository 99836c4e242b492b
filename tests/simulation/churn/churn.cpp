#include "simulation/churn/churn.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "sim/control_plane.h"

namespace refloat::simulation {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Argo CD compares each Application anew after two minutes, and up to one more.
constexpr Duration refresh_low = seconds(120), refresh_high = seconds(180);

Json health(const char* status) {
  return {{"status", {{"health", {{"status", status}}}}}};
}

Json sync_status(const char* status, const std::string& revision) {
  return {{"status", {{"sync", {{"status", status}, {"revision", revision}}}}}};
}

Json hook_row(const Tenant& tenant, const char* phase) {
  return {{"syncResult",
           {{"resources", Json::array({{{"group", "batch"},
                                        {"version", "v1"},
                                        {"kind", "Job"},
                                        {"namespace", tenant.ns},
                                        {"name", tenant.hook_job},
                                        {"hookType", "PreSync"},
                                        {"hookPhase", phase},
                                        {"syncPhase", "PreSync"}}})}}}};
}

Json finished_job(bool succeeded, const std::string& at) {
  const auto condition = [&](const char* type, const char* reason) {
    return Json{{"type", type}, {"status", "True"}, {"reason", reason}, {"lastTransitionTime", at}};
  };
  Json status{{"active", 0}, {"ready", 0}, {"terminating", 0}};
  status[succeeded ? "succeeded" : "failed"] = succeeded ? 1 : 2;
  if (succeeded) {
    status["completionTime"] = at;
    status["conditions"] = {condition("SuccessCriteriaMet", "CompletionsReached"), condition("Complete", "CompletionsReached")};
  } else {
    status["conditions"] = {condition("FailureTarget", "BackoffLimitExceeded"), condition("Failed", "BackoffLimitExceeded")};
  }
  return status;
}

Json terminated(int exit_code) {
  return {{"terminated", {{"exitCode", exit_code}, {"reason", exit_code == 0 ? "Completed" : "Error"}}}};
}

Json waiting(const char* reason) {
  return {{"waiting", {{"reason", reason}}}};
}

}  // namespace

const std::vector<Churn::Kind>& Churn::kinds() {
  static const std::vector<Kind> all{
      {"sync of a new revision", 3, &Churn::sync_new_revision},
      {"sync that fails once", 0.5, &Churn::sync_with_retry},
      {"self-heal", 2, &Churn::self_heal},
      {"refresh by a person", 3, &Churn::manual_refresh},
      {"rollout", 1, &Churn::rollout},
      {"container restart", 1, &Churn::container_restart},
      {"server pod restart", 1, &Churn::server_pod_restart},
      {"scale up and down", 1, &Churn::scale},
      {"bootstrap Job expires", 0.5, &Churn::bootstrap_expires},
      {"labels edited", 4, &Churn::people_edit},
      {"node drain", 20, nullptr, &Churn::node_drain},
      {"Argo CD restart", 6, nullptr, &Churn::argo_restart},
      {"Argo CD upgrade", 4, nullptr, &Churn::argo_upgrade},
      {"database restart", 24, nullptr, &Churn::database_restart},
      {"API server restart", 4, nullptr, &Churn::api_server_restart},
      {"watch cut", 24, nullptr, &Churn::watch_cut},
      {"watch too old (410)", 12, nullptr, &Churn::watch_too_old},
      {"refloat restart", 2, nullptr, &Churn::refloat_restart},
  };
  return all;
}

Churn::Churn(Crowd& crowd, Calendar& calendar, SimStreams& streams, Outside outside, std::uint64_t seed)
    : crowd_(crowd), calendar_(calendar), streams_(streams), outside_(std::move(outside)), hands_(crowd, seed) {
  for (const Tenant& tenant : crowd_.tenants()) hands_.remember_jobs(tenant);
}

void Churn::begin(Duration whole) {
  for (const Kind& kind : kinds()) {
    counts_[kind.name] = 0;
    const double per_day = kind.per_day * (kind.start != nullptr ? static_cast<double>(crowd_.tenants().size()) : 1.0);
    // What happens seldom happens early once, so that a short day has all of it.
    at(hands_.between(whole / 10, whole * 6 / 10), [this, &kind] { happen(kind); });
    plan(kind, 24.0 / per_day);
  }
  for (Tenant& tenant : crowd_.tenants()) {
    for (const std::string& app : tenant.applications())
      at(hands_.between(Duration(0), refresh_high), [this, &tenant, app] { refresh_forever(tenant, app); });
  }
}

// As often as said on average, and nothing is known of the next from the last.
void Churn::plan(const Kind& kind, double mean_hours) {
  const double share = (static_cast<double>(hands_.roll(1000000)) + 1.0) / 1000001.0;
  const auto wait = Duration(static_cast<Duration::rep>(-std::log(share) * mean_hours * 3600000.0));
  at(std::max<Duration>(wait, milliseconds(1)), [this, &kind, mean_hours] {
    happen(kind);
    plan(kind, mean_hours);
  });
}

void Churn::happen(const Kind& kind) {
  if (stopped_) return;
  if (kind.start == nullptr) {
    count(kind.name);
    return (this->*kind.strike)();
  }
  if (Tenant* tenant = idle_tenant(); tenant != nullptr) {
    count(kind.name);
    tenant->busy = true;
    (this->*kind.start)(*tenant);
  }
}

Tenant* Churn::idle_tenant() {
  std::vector<Tenant>& all = crowd_.tenants();
  const std::size_t first = hands_.roll(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    Tenant& tenant = all[(first + i) % all.size()];
    if (!tenant.busy) return &tenant;
  }
  return nullptr;
}

void Churn::done(Tenant& tenant) {
  tenant.busy = false;
}

void Churn::refresh_forever(Tenant& tenant, const std::string& app) {
  count("refresh by time");
  hands_.refresh(tenant, app);
  at(hands_.between(refresh_low, refresh_high), [this, &tenant, app] { refresh_forever(tenant, app); });
}

// --- parts --------------------------------------------------------------------------------------------------------------------------

// A pod from its making until it is ready; on its way its container may restart once or twice.
Duration Churn::new_pod(Tenant& tenant, const std::string& deployment, Duration from, bool unschedulable) {
  const auto name = std::make_shared<std::string>();
  const auto show = [this, &tenant, name, deployment](const PodLook& look) {
    hands_.show(tenant, *name, look);
    hands_.count(tenant, deployment);
  };
  Script steps(calendar_, now() + from);
  Duration took = from;
  const auto then = [&](Duration after, Calendar::Act act) {
    took += after;
    steps.then(after, std::move(act));
  };
  then(milliseconds(200), [this, &tenant, name, deployment] { *name = hands_.make_pod(tenant, deployment); });
  if (unschedulable) {
    count("pod unschedulable");
    then(milliseconds(100), [show] { show({.phase = "Pending", .unschedulable = true}); });
    then(hands_.between(minutes(1), minutes(5)), [] {});
  }
  then(milliseconds(100), [this, &tenant, name] { hands_.schedule(tenant, *name); });
  then(milliseconds(200), [show] { show({.phase = "Pending", .state = waiting("ContainerCreating")}); });
  then(hands_.between(seconds(1), seconds(20)), [show] { show({}); });
  const auto restarts = static_cast<int>(hands_.roll(4));  // none, none, one or two
  for (int i = 1; i < restarts; ++i) {
    count("container restart");
    then(hands_.between(seconds(2), seconds(10)), [show, i] { show({.restarts = i - 1, .state = terminated(1)}); });
    if (i > 1) then(milliseconds(500), [show, i] { show({.restarts = i - 1, .state = waiting("CrashLoopBackOff")}); });
    then(i > 1 ? seconds(10) : seconds(1), [show, i] { show({.restarts = i}); });
  }
  count("pod slow to be ready");
  then(hands_.between(seconds(5), seconds(90)), [show, restarts] { show({.ready = true, .restarts = std::max(0, restarts - 1)}); });
  return took;
}

Duration Churn::roll(Tenant& tenant, const std::string& deployment, Duration from) {
  const Duration stop_takes = hands_.between(seconds(1), seconds(30));
  const auto old = std::make_shared<std::vector<std::string>>();
  Script steps(calendar_, now() + from);
  steps.then(milliseconds(200), [this, &tenant, deployment, old] {
    *old = hands_.live_pods(tenant, deployment);
    for (const std::string& pod : *old) hands_.delete_pod(tenant, pod, "replicaset-controller");
    hands_.new_replica_set(tenant, deployment);
    hands_.count(tenant, deployment);
  });
  steps.then(seconds(1), [this, &tenant] { hands_.refresh(tenant, tenant.runtime, health("Progressing")); });
  steps.then(stop_takes, [this, &tenant, deployment, old] {
    for (const std::string& pod : *old) hands_.finish_pod(tenant, pod);
  });
  Duration took = from;
  for (int i = 0; i < hands_.replicas(tenant, deployment); ++i)
    took = std::max(took, new_pod(tenant, deployment, from + stop_takes + seconds(2), false));
  calendar_.at(now() + took + seconds(1), [this, &tenant, deployment] {
    hands_.delete_old_replica_sets(tenant, deployment);
    hands_.refresh(tenant, tenant.runtime, health("Healthy"));
  });
  return took + seconds(2);
}

// A Job from its making to its end; returns when its pod has ended.
Duration Churn::run_job(Tenant& tenant, const std::string& job, Duration from, bool succeeds) {
  const auto pod = std::make_shared<std::string>();
  const Duration pending = hands_.between(seconds(1), seconds(15));
  const Duration running = hands_.between(seconds(2), seconds(120));
  Script steps(calendar_, now() + from);
  steps.then(milliseconds(300), [this, &tenant, job, pod] {
    *pod = hands_.make_job_pod(tenant, job);
    hands_.job_status(tenant, job, {{"active", 1}, {"ready", 0}, {"startTime", format_time(now())}});
  });
  steps.then(milliseconds(100), [this, &tenant, pod] { hands_.schedule(tenant, *pod); });
  steps.then(milliseconds(200),
             [this, &tenant, pod] { hands_.show(tenant, *pod, {.phase = "Pending", .state = waiting("ContainerCreating")}); });
  steps.then(pending, [this, &tenant, job, pod] {
    hands_.show(tenant, *pod, {.ready = true});
    hands_.job_status(tenant, job, {{"active", 1}, {"ready", 1}});
  });
  steps.then(running, [this, &tenant, pod, succeeds] {
    hands_.show(tenant, *pod, {.phase = succeeds ? "Succeeded" : "Failed", .state = terminated(succeeds ? 0 : 1)});
  });
  steps.then(milliseconds(300), [this, &tenant, job, pod, succeeds] {
    hands_.drop_job_finalizer(tenant, *pod);
    hands_.job_status(tenant, job, finished_job(succeeds, format_time(now())));
  });
  return from + pending + running + milliseconds(900);
}

// The hook of an operation: its earlier instance goes first.
Duration Churn::run_hook(Tenant& tenant, Duration from, bool succeeds) {
  const std::string app = tenant.migrations;
  const Duration deletion = hands_.between(milliseconds(300), seconds(3));
  Script steps(calendar_, now() + from);
  steps.then(milliseconds(500), [this, &tenant, app] {
    hands_.operation_state(tenant, app, "Running", "one or more tasks are running", {});
    if (!hands_.has_job(tenant, tenant.hook_job)) return;
    count("hook deleted before creation");
    hands_.delete_job(tenant, tenant.hook_job, "argocd-application-controller");
  });
  steps.then(deletion, [this, &tenant] { hands_.finish_job_deletion(tenant, tenant.hook_job); });
  steps.then(milliseconds(500), [this, &tenant] { hands_.make_job(tenant, tenant.hook_job, true); });
  steps.then(milliseconds(50), [this, &tenant, app] {
    hands_.operation_state(tenant, app, "Running", "waiting for completion of hook batch/Job/" + tenant.hook_job,
                           hook_row(tenant, "Running"));
  });
  const Duration ended = run_job(tenant, tenant.hook_job, from + deletion + milliseconds(1100), succeeds);
  calendar_.at(now() + ended + milliseconds(600), [this, &tenant] { hands_.release_hook(tenant, tenant.hook_job); });
  return ended + milliseconds(700);
}

Duration Churn::hook_sync(Tenant& tenant, const std::string& revision, Duration from, bool fails_first) {
  const std::string app = tenant.migrations;
  Script steps(calendar_, now() + from);
  steps.then(milliseconds(0), [this, &tenant, app, revision] { hands_.refresh(tenant, app, sync_status("OutOfSync", revision)); });
  steps.then(milliseconds(20), [this, &tenant, app, revision] { hands_.start_operation(tenant, app, revision, {}); });
  steps.then(milliseconds(200), [this, &tenant, app] { hands_.operation_state(tenant, app, "Running", "", {}); });
  Duration ended = run_hook(tenant, from + milliseconds(300), !fails_first);
  if (fails_first) {
    calendar_.at(now() + ended, [this, &tenant, app] {
      Json more = hook_row(tenant, "Failed");
      more["finishedAt"] = format_time(now());
      more["retryCount"] = 1;
      hands_.operation_state(tenant, app, "Running",
                             "one or more synchronization tasks completed unsuccessfully. Retrying attempt #1 at 10:00AM.", more);
      hands_.refresh(tenant, app, sync_status("OutOfSync", text_at(hands_.app(tenant, app), {"status", "sync", "revision"})));
    });
    calendar_.at(now() + ended + seconds(10), [this, &tenant, app] {
      hands_.operation_state(tenant, app, "Running", "Retrying operation. Attempt #1",
                             {{"finishedAt", nullptr}, {"syncResult", {{"resources", nullptr}}}});
    });
    ended = run_hook(tenant, ended + milliseconds(10100), true);
  }
  if (tenant.drops_hooks) ended = drop_hook(tenant, ended);
  calendar_.at(now() + ended + milliseconds(100), [this, &tenant, app] {
    hands_.end_operation(tenant, app, "Succeeded", "successfully synced (all tasks run)", hook_row(tenant, "Succeeded"));
  });
  calendar_.at(now() + ended + milliseconds(400),
               [this, &tenant, app, revision] { hands_.refresh(tenant, app, sync_status("Synced", revision)); });
  return ended + milliseconds(500);
}

// In the pass that finds it complete, and so before the operation's state says so.
Duration Churn::drop_hook(Tenant& tenant, Duration from) {
  const Duration deletion = hands_.between(milliseconds(50), milliseconds(500));
  Script steps(calendar_, now() + from);
  steps.then(milliseconds(50), [this, &tenant] {
    count("hook deleted on success");
    hands_.delete_job(tenant, tenant.hook_job, "argocd-application-controller");
  });
  steps.then(deletion, [this, &tenant] { hands_.finish_job_deletion(tenant, tenant.hook_job); });
  return from + deletion + hands_.between(milliseconds(100), milliseconds(1500));
}

void Churn::plain_sync(Tenant& tenant, const std::string& app, const std::string& revision, Duration from) {
  Script steps(calendar_, now() + from);
  steps.then(milliseconds(0), [this, &tenant, app, revision] { hands_.refresh(tenant, app, sync_status("OutOfSync", revision)); });
  steps.then(milliseconds(20), [this, &tenant, app, revision] { hands_.start_operation(tenant, app, revision, {}); });
  steps.then(milliseconds(200),
             [this, &tenant, app] { hands_.operation_state(tenant, app, "Running", "one or more tasks are running", {}); });
  steps.then(milliseconds(700),
             [this, &tenant, app] { hands_.end_operation(tenant, app, "Succeeded", "successfully synced (all tasks run)", {}); });
  steps.then(milliseconds(300), [this, &tenant, app, revision] { hands_.refresh(tenant, app, sync_status("Synced", revision)); });
}

// --- of one Stack -------------------------------------------------------------------------------------------------------------------

// One commit: the migrations with their hook, then the service, then the bootstrap.
void Churn::sync_new_revision(Tenant& tenant) {
  const std::string revision = hands_.hex(40);
  const Duration migrated = hook_sync(tenant, revision, Duration(0), false);
  plain_sync(tenant, tenant.runtime, revision, migrated + seconds(2));
  Duration end = migrated + seconds(6);
  if (hands_.roll(2) == 0) {
    const std::string& deployment = tenant.deployments[hands_.roll(tenant.deployments.size())];
    calendar_.at(now() + migrated + seconds(2) + milliseconds(600),
                 [this, &tenant, deployment] { hands_.restart(tenant, deployment, "argocd-application-controller"); });
    end = roll(tenant, deployment, migrated + seconds(2) + milliseconds(700));
  }
  plain_sync(tenant, tenant.bootstrap, revision, end);
  at(end + seconds(3), [this, &tenant] { done(tenant); });
}

void Churn::sync_with_retry(Tenant& tenant) {
  const Duration end = hook_sync(tenant, hands_.hex(40), Duration(0), true);
  at(end, [this, &tenant] { done(tenant); });
}

// Somebody edited a Deployment by hand; Argo CD puts it back, that resource alone.
void Churn::self_heal(Tenant& tenant) {
  const std::string app = tenant.runtime;
  const std::string revision = text_at(hands_.app(tenant, app), {"status", "sync", "revision"});
  const std::string& deployment = tenant.deployments[hands_.roll(tenant.deployments.size())];
  const Json rows = Json::array({{{"group", "apps"}, {"kind", "Deployment"}, {"namespace", tenant.ns}, {"name", deployment}}});
  hands_.label(hands_.resource("apps", "deployments", tenant.ns, deployment), "annotations", hands_.hex(8));
  Script steps = script();
  steps.then(milliseconds(500), [this, &tenant, app, revision] { hands_.refresh(tenant, app, sync_status("OutOfSync", revision)); });
  steps.then(milliseconds(20), [this, &tenant, app, revision, rows] { hands_.start_operation(tenant, app, revision, rows); });
  steps.then(milliseconds(300),
             [this, &tenant, app] { hands_.operation_state(tenant, app, "Running", "one or more tasks are running", {}); });
  steps.then(milliseconds(500),
             [this, &tenant, app] { hands_.end_operation(tenant, app, "Succeeded", "successfully synced (all tasks run)", {}); });
  steps.then(milliseconds(300), [this, &tenant, app, revision] {
    hands_.refresh(tenant, app, sync_status("Synced", revision));
    done(tenant);
  });
}

void Churn::manual_refresh(Tenant& tenant) {
  const std::string app = tenant.applications()[hands_.roll(3)];
  hands_.ask_refresh(tenant, app);
  script().then(hands_.between(milliseconds(200), seconds(2)), [this, &tenant, app] {
    hands_.refresh(tenant, app, {{"metadata", {{"annotations", nullptr}}}});
    done(tenant);
  });
}

void Churn::rollout(Tenant& tenant) {
  const std::string& deployment = tenant.deployments[hands_.roll(tenant.deployments.size())];
  hands_.restart(tenant, deployment, "somebody");
  at(roll(tenant, deployment, milliseconds(100)), [this, &tenant] { done(tenant); });
}

// The liveness probe has failed: the container starts again in its pod.
void Churn::container_restart(Tenant& tenant) {
  const std::string& deployment = tenant.deployments[hands_.roll(tenant.deployments.size())];
  const std::string pod = hands_.live_pods(tenant, deployment).front();
  const auto show = [this, &tenant, pod, deployment](const PodLook& look) {
    hands_.show(tenant, pod, look);
    hands_.count(tenant, deployment);
  };
  show({.restarts = 0, .state = terminated(137)});
  Script steps = script();
  steps.then(seconds(1), [show] { show({.restarts = 1}); });
  steps.then(hands_.between(seconds(3), seconds(30)), [this, &tenant, show] {
    show({.ready = true, .restarts = 1});
    done(tenant);
  });
}

void Churn::evict(Tenant& tenant, const std::string& deployment, const std::string& pod) {
  const Duration stop_takes = hands_.between(seconds(1), seconds(30));
  hands_.delete_pod(tenant, pod, "drain");
  hands_.count(tenant, deployment);
  Script steps = script();
  steps.then(seconds(1), [this, &tenant] { hands_.refresh(tenant, tenant.runtime, health("Progressing")); });
  steps.then(stop_takes, [this, &tenant, pod] { hands_.finish_pod(tenant, pod); });
  const Duration took = new_pod(tenant, deployment, Duration(0), hands_.roll(3) == 0);
  at(std::max<Duration>(took, stop_takes + seconds(2)), [this, &tenant, deployment] {
    hands_.count(tenant, deployment);
    hands_.refresh(tenant, tenant.runtime, health("Healthy"));
    done(tenant);
  });
}

void Churn::server_pod_restart(Tenant& tenant) {
  const std::string& deployment = tenant.deployments[hands_.roll(tenant.deployments.size())];
  evict(tenant, deployment, hands_.live_pods(tenant, deployment).front());
}

void Churn::scale(Tenant& tenant) {
  const std::string deployment = tenant.deployments[hands_.roll(tenant.deployments.size())];
  hands_.scale(tenant, deployment, 3);
  Duration up = milliseconds(100);
  for (int i = 0; i < 2; ++i) up = std::max(up, new_pod(tenant, deployment, milliseconds(100), false));
  const Duration stays = hands_.between(minutes(5), minutes(40));
  Script steps = script();
  steps.then(up + stays, [this, &tenant, deployment] {
    hands_.scale(tenant, deployment, 1);
    const std::vector<std::string> pods = hands_.live_pods(tenant, deployment);
    for (std::size_t i = 1; i < pods.size(); ++i) hands_.delete_pod(tenant, pods[i], "replicaset-controller");
    hands_.count(tenant, deployment);
    count("scale down");
    at(seconds(10), [this, &tenant, deployment, pods] {
      for (std::size_t i = 1; i < pods.size(); ++i) hands_.finish_pod(tenant, pods[i]);
      hands_.count(tenant, deployment);
      done(tenant);
    });
  });
}

// Its TTL is over; Argo CD finds it missing and makes it again, and it finds its work done.
void Churn::bootstrap_expires(Tenant& tenant) {
  const std::string app = tenant.bootstrap;
  const std::string revision = text_at(hands_.app(tenant, app), {"status", "sync", "revision"});
  const Json rows = Json::array({{{"group", "batch"}, {"kind", "Job"}, {"namespace", tenant.ns}, {"name", tenant.bootstrap_job}}});
  hands_.delete_job(tenant, tenant.bootstrap_job, "ttl-after-finished-controller");
  Script steps = script();
  steps.then(milliseconds(400), [this, &tenant] { hands_.finish_job_deletion(tenant, tenant.bootstrap_job); });
  steps.then(hands_.between(milliseconds(300), seconds(60)), [this, &tenant, app, revision] {
    Json missing = sync_status("OutOfSync", revision);
    missing.merge_patch(health("Missing"));
    hands_.refresh(tenant, app, missing);
  });
  steps.then(milliseconds(20), [this, &tenant, app, revision, rows] { hands_.start_operation(tenant, app, revision, rows); });
  steps.then(milliseconds(300), [this, &tenant, app] {
    hands_.operation_state(tenant, app, "Running", "one or more tasks are running", {});
    hands_.make_job(tenant, tenant.bootstrap_job, false);
    const Duration ended = run_job(tenant, tenant.bootstrap_job, Duration(0), true);
    at(milliseconds(600),
       [this, &tenant, app] { hands_.end_operation(tenant, app, "Succeeded", "successfully synced (all tasks run)", {}); });
    at(milliseconds(900), [this, &tenant, app] {
      Json fresh = sync_status("Synced", text_at(hands_.app(tenant, app), {"status", "sync", "revision"}));
      fresh.merge_patch(health("Progressing"));
      hands_.refresh(tenant, app, fresh);
    });
    at(ended + seconds(1), [this, &tenant, app] {
      hands_.refresh(tenant, app, health("Healthy"));
      done(tenant);
    });
  });
}

void Churn::people_edit(Tenant& tenant) {
  const auto edit = [this](const Resource& object, const char* what) { hands_.label(object, what, hands_.hex(6)); };
  switch (hands_.roll(4)) {
    case 0: edit(hands_.resource("argoproj.io", "applications", tenant.argo_ns, tenant.runtime), "labels"); break;
    case 1: edit(hands_.resource("refloat.dev", "stacks", tenant.argo_ns, tenant.id), "annotations"); break;
    case 2: edit(hands_.resource("", "pods", tenant.ns, hands_.live_pods(tenant, tenant.deployments[0]).front()), "labels"); break;
    default: edit(hands_.resource("batch", "jobs", tenant.ns, tenant.bootstrap_job), "annotations"); break;
  }
  done(tenant);
}

}  // namespace refloat::simulation
