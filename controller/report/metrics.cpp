#include "report/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace refloat {

namespace {

// Seconds; from a watched event's latency to a long recovery.
constexpr std::array<double, 14> bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800};

std::string number(double value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

// name="value",... without braces, so that a histogram can add its own.
std::string rendered(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels)
    out.append(out.empty() ? "" : ",").append(name).append("=\"").append(escaped(value)).append("\"");
  return out;
}

// The series that these labels mean: their own, or the common one when there are too many.
template <class Value>
Value& series_of(std::map<std::string, Value>& all, const Labels& labels) {
  std::string own = rendered(labels);
  if (all.size() < Metrics::series_max - 1 || all.contains(own)) return all[own];
  Labels other = labels;
  for (auto& [name, value] : other) value = "other";
  return all[rendered(other)];
}

std::string series(const std::string& name, const std::string& labels, const std::string& more, double value) {
  const std::string all = labels + (labels.empty() || more.empty() ? "" : ",") + more;
  return name + (all.empty() ? "" : "{" + all + "}") + " " + number(value) + "\n";
}

}  // namespace

const std::vector<MetricInfo>& metric_catalogue() {
  static const std::vector<MetricInfo> all = {
      {"refloat_build_info", "gauge", "Version of this build, always 1."},
      {"refloat_destination_clusters", "gauge", "Destination clusters by state: watched, left_out (their Secret could not be used)."},
      {"refloat_leader", "gauge", "1 while this replica acts, 0 while it stands by."},
      {"refloat_stacks", "gauge", "Stacks by state."},
      {"refloat_playbooks", "gauge", "Playbook objects of users by state: usable, refused."},
      {"refloat_findings", "gauge", "Root causes found now, by signature."},
      {"refloat_findings_total", "counter", "Root causes that were not there on the look before, by signature."},
      {"refloat_recoveries_total", "counter", "Finished recoveries by verdict."},
      {"refloat_recovery_seconds", "histogram", "From the start of a recovery to its verdict, by verdict."},
      {"refloat_time_to_recover_seconds", "histogram", "From the earliest time the evidence proves to the verified recovery."},
      {"refloat_time_to_detect_seconds", "histogram", "From the earliest time the evidence proves to the first report of a finding."},
      {"refloat_guardrail_denials_total", "counter", "Looks at which a guardrail stood in the way of a plan, by guardrail."},
      {"refloat_turns_total", "counter", "Turns at Stacks and Applications, by result: taken, failed, or quiet (from the cache alone)."},
      {"refloat_turn_seconds", "histogram", "How long a turn took."},
      {"refloat_queue_depth", "gauge", "Keys that are due and wait for a worker."},
      {"refloat_watch_lag_seconds", "gauge", "How old a watch's view may be, by resource."},
      {"refloat_watch_synced", "gauge", "1 once a watch has taken in a whole list, by resource."},
      {"refloat_watch_events_total", "counter", "Objects that came by watches, by resource."},
      {"refloat_watch_failures", "gauge", "Failures in a row since a watch last worked, by resource."},
      {"refloat_unreadable_objects_total", "counter", "Watched objects that could not be read."},
      {"refloat_api_request_seconds", "histogram", "Requests to the API server, by verb and resource; watches are not among them."},
      {"refloat_api_errors_total", "counter", "Requests to the API server that failed, by verb, resource and kind of error."},
      {"refloat_sql_seconds", "histogram", "Looks at databases, logins and repairs, by operation."},
      {"refloat_sql_errors_total", "counter", "Looks at databases, logins and repairs that failed, by operation and error."},
      {"refloat_events_total", "counter", "Events by what became of them."},
  };
  return all;
}

void Metrics::count(const std::string& name, const Labels& labels, double by) {
  const std::lock_guard lock(mutex_);
  series_of(values_[name], labels) += by;
}

void Metrics::set(const std::string& name, const Labels& labels, double value) {
  const std::lock_guard lock(mutex_);
  series_of(values_[name], labels) = value;
}

void Metrics::clear(const std::string& name) {
  const std::lock_guard lock(mutex_);
  values_.erase(name);
}

void Metrics::observe(const std::string& name, const Labels& labels, double value) {
  const std::lock_guard lock(mutex_);
  Histogram& histogram = series_of(histograms_[name], labels);
  histogram.buckets.resize(bounds.size() + 1);
  const auto bucket = std::distance(bounds.begin(), std::lower_bound(bounds.begin(), bounds.end(), value));
  histogram.buckets[static_cast<std::size_t>(bucket)] += 1;
  histogram.sum += value;
}

std::string Metrics::Histogram::render(const std::string& name, const std::string& labels) const {
  std::string lines;
  double below = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    below += buckets[i];
    lines += series(name + "_bucket", labels, "le=\"" + (i < bounds.size() ? number(bounds.at(i)) : "+Inf") + "\"", below);
  }
  return lines + series(name + "_sum", labels, "", sum) + series(name + "_count", labels, "", below);
}

std::string Metrics::render() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const MetricInfo& info : metric_catalogue()) {
    const std::string name = info.name;
    std::string lines;
    if (const auto found = values_.find(name); found != values_.end()) {
      for (const auto& [labels, value] : found->second) lines += series(name, labels, "", value);
    }
    if (const auto found = histograms_.find(name); found != histograms_.end()) {
      for (const auto& [labels, histogram] : found->second) lines += histogram.render(name, labels);
    }
    if (!lines.empty()) out += "# HELP " + name + " " + info.help + "\n# TYPE " + name + " " + info.type + "\n" + lines;
  }
  return out;
}

}  // namespace refloat
