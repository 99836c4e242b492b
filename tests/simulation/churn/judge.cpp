#include "simulation/churn/judge.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>

#include "base/text.h"
#include "base/time.h"

namespace refloat::simulation {

namespace {

constexpr const char* user = "refloat";
// A full look is due every five minutes; what is in front of it in the queue, or an API server that is away, may delay it.
constexpr Duration look_within = std::chrono::minutes(7);
constexpr std::size_t shown_max = 5;
constexpr double growth_max = 0.02;
constexpr std::size_t noise_bytes = 1U << 20U;
constexpr double records_growth_max = 0.05;
constexpr std::size_t records_noise = 20;  // pods come and go
constexpr double resident_growth_max = 0.05;
constexpr std::size_t resident_noise_bytes = 8U << 20U;

// A sanitizer keeps freed memory for a while, to find its late use.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t heap_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// ".../stacks/s017/status" -> "s017".
std::string stack_in(const std::string& path) {
  const std::vector<std::string> parts = split(path, '/');
  const auto at = std::find(parts.begin(), parts.end(), "stacks");
  return at == parts.end() || at + 1 == parts.end() ? "" : *(at + 1);
}

// The kind that a path is about.
std::string kind_in(const std::string& path) {
  for (const char* kind : {"applications", "appprojects", "jobs", "deployments", "statefulsets", "pods", "secrets", "stacks", "recoveries",
                           "leases", "events", "version"}) {
    if (path.find(std::string("/") + kind) != std::string::npos) return kind;
  }
  return path;
}

std::string growth(const char* what, std::size_t from, std::size_t to) {
  return std::string(what) + " grew from " + std::to_string(from / 1024) + " to " + std::to_string(to / 1024) + " KiB";
}

}  // namespace

const std::vector<const char*>& Judge::properties() {
  static const std::vector<const char*> all{no_finding, no_write, no_recovery, cache_true, nobody_forgotten, turns_succeed, memory_flat};
  return all;
}

Judge::Judge(Crowd& crowd) : crowd_(crowd) {
  for (const Tenant& tenant : crowd_.tenants()) looked_at_[tenant.id] = crowd_.now();
}

void Judge::violation(const char* property, const std::string& what) {
  std::vector<std::string>& all = violations_[property];
  if (all.size() < 200) all.push_back(format_clock(crowd_.now()) + " " + what);
}

void Judge::judge_write(const sim::AuditEntry& entry) {
  if (entry.path.find("/leases") != std::string::npos) {
    ++record_.lease_writes;
    return;
  }
  const bool status = entry.path.find("/stacks/") != std::string::npos && entry.path.ends_with("/status");
  if (status) {
    ++record_.status_writes;
    const bool first = ++status_writes_[stack_in(entry.path)] == 1;
    if (!first) violation(no_write, "status written again: " + entry.path + " " + entry.body->dump().substr(0, 600));
    return;
  }
  if (entry.path.find("/events") != std::string::npos) ++record_.events;
  violation(entry.path.find("/recoveries") != std::string::npos ? no_recovery : no_write,
            entry.verb + " " + entry.path + " " + entry.body->dump().substr(0, 300));
}

void Judge::judge_looks(Time until) {
  for (auto& [stack, at] : looked_at_) {
    if (until - at <= look_within) continue;
    violation(nobody_forgotten, "Stack " + stack + " was not looked at for " + format_duration(until - at));
    at = until;
  }
}

// Which Stack a request is a look at, if any: a turn reads its object, and the resync of one that is well only its databases' Secrets.
std::string Judge::looked_at_by(const sim::AuditEntry& entry) const {
  if (entry.verb != "get") return "";
  if (entry.path.find("/stacks/") != std::string::npos) return stack_in(entry.path);
  if (entry.path.find("/secrets/") == std::string::npos) return "";
  for (const Tenant& tenant : crowd_.tenants()) {
    if (entry.path.find("/namespaces/" + tenant.ns + "/") != std::string::npos) return tenant.id;
  }
  return "";
}

void Judge::read_audit() {
  for (const sim::AuditEntry& entry : crowd_.cluster().audit().all()) {
    if (entry.user != user) continue;
    ++record_.requests;
    ++record_.by_what[entry.verb + " " + kind_in(entry.path)];
    if (entry.mutating()) judge_write(entry);
    const std::string stack = looked_at_by(entry);
    if (stack.empty()) continue;
    ++record_.looks;
    looked_at_[stack] = entry.at;
  }
  crowd_.cluster().audit().clear();
}

void Judge::hear(const std::string& event, const Json& fields, bool disturbed) {
  if (event == "finding") violation(no_finding, fields.dump());
  if (event.starts_with("recovery") || event == "step") violation(no_recovery, event + " " + fields.dump());
  if (event == "stack cannot be read") violation(nobody_forgotten, fields.dump());
  if (event != "turn failed") return;
  ++record_.failed_turns;
  if (!disturbed) violation(turns_succeed, fields.dump());
}

std::size_t Judge::server_records() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < watched_count; ++i) {
    const Resource resource = resource_of(static_cast<Watched>(i), "");
    count += crowd_.api().store().list(resource.group, resource.plural, "").size();
  }
  return count;
}

void Judge::sample(const Holdings& held) {
  judge_looks(crowd_.now());
  const std::size_t stacks = crowd_.tenants().size();
  Sample sample{crowd_.now(), held, server_records(), heap_bytes(), resident_bytes()};
  if (held.records != sample.server_records)
    violation(cache_true,
              "the cache holds " + std::to_string(held.records) + " objects, the server " + std::to_string(sample.server_records));
  // A Stack may wait for its turn and, for a moment, also to be told from watched objects: two queues.
  const bool fits = held.stacks == stacks && held.generations == stacks && held.remembered == stacks && held.found == 0 &&
                    held.queued <= 2 * stacks && held.notes == 0;
  if (!fits) {
    violation(memory_flat, "for " + std::to_string(stacks) + " Stacks it holds " + std::to_string(held.stacks) + " Stacks, " +
                               std::to_string(held.generations) + " generations, " + std::to_string(held.remembered) + " memories, " +
                               std::to_string(held.found) + " with findings, " + std::to_string(held.queued) + " keys, " +
                               std::to_string(held.notes) + " Events");
  }
  samples_.push_back(sample);
}

Sample Judge::mean(Time from, Time until) const {
  Sample sum;
  std::size_t count = 0;
  for (const Sample& each : samples_) {
    if (each.at < from || each.at > until) continue;
    ++count;
    sum.heap_bytes += each.heap_bytes;
    sum.resident_bytes += each.resident_bytes;
    sum.held.records += each.held.records;
    sum.server_records += each.server_records;
  }
  if (count == 0) return sum;
  sum.heap_bytes /= count;
  sum.resident_bytes /= count;
  sum.held.records /= count;
  sum.server_records /= count;
  return sum;
}

void Judge::judge_growth(Time from, Duration window) {
  if (samples_.empty()) return violation(memory_flat, "no sample was taken");
  const Sample early = mean(from, from + window);
  const Sample late = mean(samples_.back().at - window, samples_.back().at);
  const auto grew = [](std::size_t before, std::size_t after, double share, std::size_t noise) {
    return static_cast<double>(after) > static_cast<double>(before) * (1 + share) + static_cast<double>(noise);
  };
  // The server keeps a Deployment's older ReplicaSets, so a day of rollouts leaves it with more; beyond that nothing may gather.
  const std::size_t gathered = late.server_records > early.server_records ? late.server_records - early.server_records : 0;
  if (grew(early.held.records + gathered, late.held.records, records_growth_max, records_noise))
    violation(memory_flat, "the records grew from " + std::to_string(early.held.records) + " to " + std::to_string(late.held.records));
  if (grew(early.heap_bytes, late.heap_bytes, growth_max, noise_bytes))
    violation(memory_flat, growth("the heap in use", early.heap_bytes, late.heap_bytes));
  if (!sanitized && grew(early.resident_bytes, late.resident_bytes, resident_growth_max, resident_noise_bytes))
    violation(memory_flat, growth("resident memory", early.resident_bytes, late.resident_bytes));
  std::printf("memory: heap in use %zu -> %zu KiB, resident %zu -> %zu KiB, records %zu -> %zu\n", early.heap_bytes / 1024,
              late.heap_bytes / 1024, early.resident_bytes / 1024, late.resident_bytes / 1024, early.held.records, late.held.records);
}

void Judge::conclude(Time from, Duration window) {
  read_audit();
  judge_looks(crowd_.now());
  judge_growth(from, window);
  for (const sim::StoredObject& recovery : crowd_.api().store().list("refloat.dev", "recoveries", ""))
    violation(no_recovery, recovery->dump().substr(0, 300));
  for (const MemoryRepair& repair : crowd_.databases().repairs()) violation(no_recovery, "repaired database " + repair.database);
  for (const Tenant& tenant : crowd_.tenants()) {
    if (status_writes_[tenant.id] == 0) violation(nobody_forgotten, "Stack " + tenant.id + " has never got a status");
  }
  for (const auto& [property, all] : violations_) {
    for (std::size_t i = 0; i < std::min(shown_max, all.size()); ++i) std::printf("VIOLATION %s: %s\n", property.c_str(), all[i].c_str());
    if (all.size() > shown_max) std::printf("  and %zu more\n", all.size() - shown_max);
  }
}

}  // namespace refloat::simulation
