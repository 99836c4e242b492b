// What turns say of themselves, as log lines and metrics.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "model/finding.h"
#include "model/recovery.h"
#include "reconcile/log_sink.h"
#include "reconcile/stack_turn.h"
#include "report/metrics.h"

namespace refloat {

// May be used from several threads.
class TurnRecord {
 public:
  // All must outlive it.
  TurnRecord(Metrics& metrics, const Clock& clock, LogSink log) : metrics_(metrics), clock_(clock), log_(std::move(log)) {}

  void add(const TurnReport& report);
  // Findings that nobody was told of before: logged and counted.
  void news(const std::string& key, const std::vector<Finding>& findings, const Recovery* recovery = nullptr);
  // What a look at `key` found, for the gauge.
  void found(const std::string& key, const std::vector<Finding>& findings);
  void forget(const std::string& key);
  // Stacks and Applications with findings.
  [[nodiscard]] std::size_t size() const;
  // Brings the gauge of findings up to date.
  void measure();

 private:
  void finished(const Recovery& recovery, Json fields);

  Metrics& metrics_;
  const Clock& clock_;
  LogSink log_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> findings_;  // signatures by key
};

}  // namespace refloat
