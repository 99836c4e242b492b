// The controller's log: one JSON object a line.
#pragma once

#include <iosfwd>
#include <mutex>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/json.h"

namespace refloat {

// Whatever an object's name or message holds, it cannot break a line or the terminal. May be used from several threads.
class JsonLog {
 public:
  // `instance` names this start of the process and no other. Stream and clock must outlive it.
  JsonLog(std::ostream& out, const Clock& clock, std::string instance) : out_(out), clock_(clock), instance_(std::move(instance)) {}

  // `fields` cannot replace time, instance and event; passwords in texts are hidden.
  void operator()(const std::string& event, const Json& fields);

 private:
  std::ostream& out_;
  const Clock& clock_;
  std::string instance_;
  std::mutex mutex_;
};

}  // namespace refloat
