// Points in time as the cluster states them: UTC, milliseconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace refloat {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;
// A point of the machine's monotonic clock: for waiting and silence inside one process, which a jump of the wall clock must not disturb.
using Moment = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// Parses RFC 3339 ("2025-12-03T10:31:54Z", fractions and offsets too); nothing for anything else.
std::optional<Time> parse_time(std::string_view text);

// RFC 3339 in UTC with whole seconds, as Kubernetes writes metav1.Time.
std::string format_time(Time time);

// RFC 3339 in UTC with microseconds, as Kubernetes writes metav1.MicroTime (Lease, Event).
std::string format_micro_time(Time time);

// "10:31:54", UTC, for people.
std::string format_clock(Time time);

// Parses Go durations as Argo CD and playbooks write them ("5s", "1m30s", "250ms"; a bare integer is seconds).
std::optional<Duration> parse_duration(std::string_view text);

// "850ms", "12s", "3m49s", "2h5m": short, for people.
std::string format_duration(Duration duration);

}  // namespace refloat
