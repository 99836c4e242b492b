// A day in which nothing is wrong: everything that happens to a healthy cluster, at random times and each of it counted.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulation/churn/calendar.h"
#include "simulation/churn/crowd.h"
#include "simulation/churn/hands.h"
#include "simulation/churn/streams.h"

namespace refloat::simulation {

// What else the day needs of the one who runs it.
struct Outside {
  std::function<void(ServerMood)> api_server;
  std::function<void()> restart_refloat;
};

class Churn {
 public:
  Churn(Crowd& crowd, Calendar& calendar, SimStreams& streams, Outside outside, std::uint64_t seed);

  // Puts the first of everything into the calendar; of what is rare, one into the first part of this time.
  void begin(Duration whole);
  // No new thing begins any more; what has begun ends.
  void stop() { stopped_ = true; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  // Until then the API server or a database is, or has just been, away.
  [[nodiscard]] Time disturbed_until() const { return disturbed_until_; }

 private:
  using Start = void (Churn::*)(Tenant&);
  struct Kind {
    const char* name;
    double per_day;  // of each Stack, or of the cluster
    Start start;     // of a Stack that is not busy; null = of the cluster
    void (Churn::*strike)() = nullptr;
  };
  static const std::vector<Kind>& kinds();

  void plan(const Kind& kind, double mean_hours);
  void happen(const Kind& kind);
  Tenant* idle_tenant();
  void done(Tenant& tenant);
  void count(const char* what) { ++counts_[what]; }
  [[nodiscard]] Time now() const { return crowd_.now(); }
  Script script() { return {calendar_, now()}; }

  // --- of one Stack ---
  void sync_new_revision(Tenant& tenant);
  void sync_with_retry(Tenant& tenant);
  void self_heal(Tenant& tenant);
  void manual_refresh(Tenant& tenant);
  void rollout(Tenant& tenant);
  void container_restart(Tenant& tenant);
  void server_pod_restart(Tenant& tenant);
  void scale(Tenant& tenant);
  void bootstrap_expires(Tenant& tenant);
  void people_edit(Tenant& tenant);

  // --- of the cluster ---
  void node_drain();
  void argo_restart();
  void argo_upgrade();
  void database_restart();
  void api_server_restart();
  void watch_cut();
  void watch_too_old();
  void refloat_restart();

  // --- parts of the above; each says how long it takes ---
  Duration hook_sync(Tenant& tenant, const std::string& revision, Duration from, bool fails_first);
  Duration drop_hook(Tenant& tenant, Duration from);
  Duration run_hook(Tenant& tenant, Duration from, bool succeeds);
  Duration roll(Tenant& tenant, const std::string& deployment, Duration from);
  Duration new_pod(Tenant& tenant, const std::string& deployment, Duration from, bool unschedulable);
  Duration run_job(Tenant& tenant, const std::string& job, Duration from, bool succeeds);
  void plain_sync(Tenant& tenant, const std::string& app, const std::string& revision, Duration from);
  void evict(Tenant& tenant, const std::string& deployment, const std::string& pod);
  void refresh_all_soon();
  void refresh_forever(Tenant& tenant, const std::string& app);
  void at(Duration from_now, Calendar::Act act) { calendar_.at(now() + from_now, std::move(act)); }

  Crowd& crowd_;
  Calendar& calendar_;
  SimStreams& streams_;
  Outside outside_;
  Hands hands_;
  std::map<std::string, std::uint64_t> counts_;
  Time disturbed_until_{};
  int argo_ = 0;
  int watch_ = 0;
  bool stopped_ = false;
};

}  // namespace refloat::simulation
