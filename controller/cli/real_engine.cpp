#include "cli/engine.h"
#include "cli/world.h"
#include "journal/open_journal.h"
#include "model/stack.h"
#include "reconcile/reconcile.h"

namespace refloat {

Engine real_engine() {
  Engine engine;
  engine.vocabulary = vocabulary;
  engine.built_in_playbooks = built_in_playbooks;
  engine.open_world = open_world;
  engine.open_journal = [](World& world, const Stack& stack) { return open_journal(*world.kube, *world.clock, stack); };
  engine.diagnose = diagnose;
  engine.make_plan = make_plan;
  engine.preflight = preflight;
  engine.recover = recover;
  engine.resume = resume;
  return engine;
}

}  // namespace refloat
