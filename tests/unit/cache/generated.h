// Watched objects by chance, from one seed: as a cluster has them, and spoilt in every way that can still reach us.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"

namespace refloat::test {

class Generated {
 public:
  explicit Generated(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }
  [[nodiscard]] bool one_in(int n) { return below(n) == 0; }
  template <class T>
  T pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

  Json application(const std::string& ns, const std::string& name);
  Json project(const std::string& ns, const std::string& name);
  Json job(const std::string& ns, const std::string& name);
  Json pod(const std::string& ns, const std::string& name);
  Json workload(const std::string& kind, const std::string& ns, const std::string& name);
  Json replica_set(const std::string& ns, const std::string& name);
  Json node(const std::string& name);
  Json claim(const std::string& ns, const std::string& name);
  Json application_set(const std::string& ns, const std::string& name);
  Json postgres_cluster(const std::string& ns, const std::string& name);
  Json postgres_database(const std::string& ns, const std::string& name);
  Json postgres_pooler(const std::string& ns, const std::string& name);

  // One member somewhere inside is removed or becomes something else.
  void spoil(Json& object);
  // Any value: hostile texts, numbers at the limits, nested things.
  Json anything();
  // The text with one byte changed, cut off, doubled or added.
  std::string spoil_text(std::string text);

  // Names that meet each other: few, so that tracking, owners and selectors hit.
  std::string ns() { return pick<std::string>({"a", "b", "team-one"}); }
  std::string app_name() { return "app-" + std::to_string(below(6)); }
  std::string set_name() { return "set-" + std::to_string(below(3)); }
  std::string cluster_name() { return "pg-" + std::to_string(below(3)); }
  std::string object_name() { return "thing-" + std::to_string(below(5)); }

 private:
  Json metadata(const std::string& ns, const std::string& name, const std::string& kind);
  Json tracking(const std::string& ns, const std::string& name);
  Json operation();
  Json state();
  Json resource_row(bool synced);
  Json container();
  Json condition();
  std::string time();
  std::string word() { return pick<std::string>({"Healthy", "Degraded", "Synced", "OutOfSync", "Running", "Failed", "Succeeded", ""}); }

  std::mt19937_64 random_;
  std::uint64_t version_ = 1000;
};

}  // namespace refloat::test
