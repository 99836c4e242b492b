// Counters, gauges and histograms in Prometheus' text format 0.0.4. Names and label values never hold anything secret.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace refloat {

using Labels = std::vector<std::pair<std::string, std::string>>;

// May be used from several threads. Every name must be one of metric_catalogue(). However many label values come, a metric has at most
// `series_max` series: what comes later is counted in one whose values are all "other".
class Metrics {
 public:
  static constexpr std::size_t series_max = 1000;

  void count(const std::string& name, const Labels& labels = {}, double by = 1);
  void set(const std::string& name, const Labels& labels, double value);
  // Drops every series of a gauge, before what is true now is set.
  void clear(const std::string& name);
  void observe(const std::string& name, const Labels& labels, double value);
  [[nodiscard]] std::string render() const;

 private:
  struct Histogram {
    std::vector<double> buckets;  // counts, not cumulated; the last is +Inf
    double sum = 0;
    [[nodiscard]] std::string render(const std::string& name, const std::string& labels) const;
  };
  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, double>> values_;  // name -> rendered labels -> value
  std::map<std::string, std::map<std::string, Histogram>> histograms_;
};

struct MetricInfo {
  const char* name;  // begins with refloat_
  const char* type;  // counter, gauge, histogram
  const char* help;
};

// All metrics, in the order in which they are rendered.
const std::vector<MetricInfo>& metric_catalogue();

}  // namespace refloat
