#include "reconcile/invalid_stack.h"

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "journal/event_recorder.h"
#include "journal/stack_status_writer.h"
#include "model/stack.h"
#include "reconcile/fleet.h"
#include "reconcile/stack_turn.h"
#include "report/invalid_status.h"

namespace refloat {

namespace {

// As much of a Stack as its status and Events need.
Stack identity_of(const Json& object) {
  Stack stack;
  stack.ns = text_at(object, {"metadata", "namespace"});
  stack.name = text_at(object, {"metadata", "name"});
  stack.uid = text_at(object, {"metadata", "uid"});
  stack.resource_version = text_at(object, {"metadata", "resourceVersion"});
  stack.generation = int_at(object, {"metadata", "generation"});
  return stack;
}

// But for what was told, which an early look may be reading at this moment.
void let_go_of(StackMemory& memory, Time now) {
  memory.running.reset();
  memory.journal.reset();
  memory.planned.reset();
  memory.pass = {};
  memory.looked_at.reset();
  memory.recovery_open = false;
  memory.known->set_aside(now);
}

}  // namespace

Turn tell_invalid(TurnContext& context, const Json& object, const std::string& why, StackMemory& memory) {
  const Time now = context.ports.clock.now();
  const Stack stack = identity_of(object);
  const std::string key = stack.ns + "/" + stack.name;
  let_go_of(memory, now);
  context.fleet.forget(key);
  const Json previous = object.value("status", Json(nullptr));
  const Result<StatusWrite> written =
      write_stack_status(context.ports.kube, stack, previous, invalid_stack_status(previous, stack.generation, why, now));
  if (!written) {
    if (context.report) context.report({TurnReport::Kind::failed, key, nullptr, nullptr, written.error().message, nullptr});
    return {now + context.rules.recheck};
  }
  if (*written == StatusWrite::written) {
    context.events.add(note_invalid(stack, why));
    if (context.report) context.report({TurnReport::Kind::invalid, key, nullptr, nullptr, why, nullptr});
  }
  return {now + context.rules.resync};
}

}  // namespace refloat
