// What happens to the cluster as a whole: nodes, Argo CD, databases, the API server, watches, Refloat itself.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>

#include "simulation/churn/churn.h"

namespace refloat::simulation {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

void Churn::node_drain() {
  const std::string node = "node-" + std::to_string(hands_.roll(20));
  for (Tenant& tenant : crowd_.tenants()) {
    for (const std::string& deployment : tenant.deployments) {
      if (tenant.busy) continue;
      const std::string pod = hands_.live_pods(tenant, deployment).front();
      const std::string stands_on = hands_.node_of(tenant, pod);
      const bool here = stands_on == node || (stands_on == "sim-node" && hands_.roll(20) == 0);
      if (!here) continue;
      count("pod evicted");
      tenant.busy = true;
      const Duration turn = hands_.between(Duration(0), minutes(2));
      at(turn, [this, &tenant, deployment, pod] { evict(tenant, deployment, pod); });
    }
  }
}

void Churn::refresh_all_soon() {
  for (Tenant& tenant : crowd_.tenants()) {
    for (const std::string& app : tenant.applications()) {
      at(hands_.between(seconds(5), seconds(60)), [this, &tenant, app] {
        count("refresh after a restart");
        hands_.refresh(tenant, app);
      });
    }
  }
}

void Churn::argo_restart() {
  refresh_all_soon();
}

// Three versions up, then one back.
void Churn::argo_upgrade() {
  argo_ = (argo_ + 1) % argo_versions;
  hands_.install(static_cast<ArgoVersion>(argo_));
  refresh_all_soon();
}

// Some services notice: a container of theirs restarts or is not ready for a moment.
void Churn::database_restart() {
  const Duration away = hands_.between(seconds(2), seconds(20));
  disturbed_until_ = std::max(disturbed_until_, now() + away + seconds(1));
  crowd_.databases().set_up(false);
  at(away, [this] { crowd_.databases().set_up(true); });
  const std::size_t notice = std::max<std::size_t>(1, crowd_.tenants().size() / 20);
  for (std::size_t i = 0; i < notice; ++i) {
    Tenant* tenant = idle_tenant();
    if (tenant == nullptr) return;
    tenant->busy = true;
    at(hands_.between(Duration(0), away), [this, tenant] { container_restart(*tenant); });
  }
}

void Churn::api_server_restart() {
  const Duration away = hands_.between(seconds(5), seconds(20));
  disturbed_until_ = std::max(disturbed_until_, now() + away + seconds(5));
  outside_.api_server(ServerMood::down);
  Script steps = script();
  steps.then(away, [this] { outside_.api_server(ServerMood::starting); });
  steps.then(hands_.between(milliseconds(500), seconds(3)), [this] { outside_.api_server(ServerMood::up); });
}

namespace {
constexpr const char* watched[] = {"applications", "pods", "jobs", "deployments", "appprojects", "stacks", "recoveries", "statefulsets"};
}

void Churn::watch_cut() {
  streams_.cut(watched[static_cast<std::size_t>(watch_++) % std::size(watched)]);
}

// Cut, and its place in the history is gone before it is back.
void Churn::watch_too_old() {
  for (const char* kind : watched) {
    if (hands_.roll(2) == 0 || kind == watched[0]) streams_.cut(kind);
  }
  Tenant& tenant = crowd_.tenants()[hands_.roll(crowd_.tenants().size())];
  hands_.refresh(tenant, tenant.runtime);
  streams_.compact();
}

void Churn::refloat_restart() {
  outside_.restart_refloat();
}

}  // namespace refloat::simulation
