#include "cli/look_progress.h"

#include <string>
#include <thread>

#include "base/time.h"
#include "cli/engine.h"
#include "cli/session.h"
#include "cli/slow_notice.h"
#include "reconcile/reconcile.h"

namespace refloat {

LookProgress::LookProgress(Session& session, const std::string& what)
    : printer_(session.console, talk_in_colour(session)), slow_(notice_if_slow(session.console, what)) {}

Ports LookProgress::ports(const World& world) {
  Ports ports = world.ports();
  ports.waits = [this](Time now, const std::string& why) {
    slow_ = std::jthread();  // it has ended before the line below is written
    printer_.print({Progress::Kind::waiting, now, nullptr, nullptr, why});
  };
  return ports;
}

}  // namespace refloat
