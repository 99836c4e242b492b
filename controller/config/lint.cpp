#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/text.h"
#include "config/condition_reader.h"
#include "config/fields.h"
#include "config/playbook_reader.h"
#include "config/words.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {
namespace {

using ById = std::map<std::string, const Playbook*>;

// Names and signature ids stand for one thing each. Returns the signatures by id.
ById check_duplicates(const std::vector<Playbook>& playbooks, Diagnostics& diagnostics) {
  std::map<std::string, const Playbook*> names;
  ById ids;
  for (const Playbook& playbook : playbooks) {
    const auto [name, fresh_name] = names.insert({playbook.name, &playbook});
    if (!fresh_name)
      diagnostics.error(playbook.mark, "playbook '" + playbook.name + "' stands also in " + name->second->mark.file,
                        "give one of them another name");
    const auto [id, fresh_id] = ids.insert({playbook.signature.id, &playbook});
    if (!fresh_id) {
      diagnostics.error(playbook.mark, "signature '" + playbook.signature.id + "' is also defined by playbook '" + id->second->name + "'",
                        "one signature, one playbook");
    }
  }
  return ids;
}

void check_explains(const Playbook& playbook, const ById& ids, Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const auto& [id, owner] : ids) known.push_back(id);
  for (const std::string& effect : playbook.signature.explains) {
    if (effect == playbook.signature.id) {
      diagnostics.error(playbook.mark, "signature '" + effect + "' explains itself", "an effect is another signature");
    } else if (!ids.contains(effect)) {
      diagnostics.error(playbook.mark, playbook.name + " explains '" + printable(effect, 60) + "', which no playbook defines",
                        suggest(effect, known));
    }
  }
}

// Finds a way from `id` back to `start` along `explains`; `path` collects it.
bool leads_back(const std::string& id, const std::string& start, const ById& ids, std::set<std::string>& seen,
                std::vector<std::string>& path) {
  const auto playbook = ids.find(id);
  if (playbook == ids.end() || !seen.insert(id).second) return false;
  path.push_back(id);
  for (const std::string& effect : playbook->second->signature.explains) {
    if (effect == start || leads_back(effect, start, ids, seen, path)) return true;
  }
  path.pop_back();
  return false;
}

// A ring would make every one of its findings the effect of another, and none a cause. Reported once per ring, at its first id.
void check_cycles(const ById& ids, Diagnostics& diagnostics) {
  for (const auto& [id, playbook] : ids) {
    std::set<std::string> seen;
    std::vector<std::string> path;
    const auto& explains = playbook->signature.explains;
    if (std::find(explains.begin(), explains.end(), id) != explains.end() || !leads_back(id, id, ids, seen, path)) continue;
    if (*std::min_element(path.begin(), path.end()) != id) continue;
    path.push_back(id);
    diagnostics.error(playbook->mark, "signatures explain each other in a circle: " + join(path, " -> "),
                      "a cause cannot be the effect of its effect");
  }
}

void check_roles(const Playbook& playbook, Diagnostics& diagnostics) {
  const auto& roles = role_words();
  for (const std::string& role : playbook.signature.dooms) {
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
      diagnostics.error(playbook.mark, playbook.name + " dooms the unknown role '" + printable(role, 60) + "'", suggest(role, roles));
    }
  }
}

bool names_database(const StepSpec& step) {
  return step.params.is_object() && step.params.contains("database");
}

void check_step(const Playbook& playbook, const StepSpec& step, const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  const ActionSpec* action = vocabulary.action(step.action);
  if (action == nullptr) return;
  const Signature& signature = playbook.signature;
  if (step.phase == Phase::repair && signature.scope != Scope::database && !names_database(step)) {
    diagnostics.error(step.mark, "'" + step.action + "' repairs a database, but nothing says which",
                      "evaluate the signature forEach: database, or name one under with");
  }
  if (action->destructive && signature.recoverable == Recoverable::automatic && !reads(signature.confirm, Reading::database, vocabulary)) {
    diagnostics.error(step.mark, "'" + step.action + "' destroys something on its own, but confirm reads no database",
                      "confirm it by a database fact, or make it recoverable: approval");
  }
  if (!step.within)
    diagnostics.warning(step.mark, "'" + step.action + "' has no time limit of its own",
                        "add within: 5m; the Stack's stepTimeout applies otherwise");
}

void check_order(const Playbook& playbook, Diagnostics& diagnostics) {
  for (std::size_t i = 1; i < playbook.steps.size(); ++i) {
    const StepSpec& step = playbook.steps[i];
    const StepSpec& before = playbook.steps[i - 1];
    if (step.phase >= before.phase) continue;
    diagnostics.error(step.mark, "phase " + phase_name(step.phase) + " stands after " + phase_name(before.phase),
                      "the order is always " + join(words_of(phase_words()), ", "));
  }
}

void check_steps(const Playbook& playbook, const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  const bool recovers = playbook.signature.recoverable != Recoverable::no;
  if (recovers && playbook.steps.empty()) {
    diagnostics.error(playbook.mark, playbook.name + " is recoverable but has no steps", "add steps, or write recoverable: no");
  }
  if (!recovers && !playbook.steps.empty()) {
    diagnostics.error(playbook.mark, playbook.name + " has steps that will never run",
                      "it says recoverable: no; remove the steps, or write approval");
  }
  if (!playbook.steps.empty() && playbook.steps.back().phase != Phase::verify) {
    diagnostics.error(playbook.steps.back().mark, playbook.name + " ends without looking at what it did",
                      "end with {phase: verify, expect: [...]}");
  }
  for (const StepSpec& step : playbook.steps) check_step(playbook, step, vocabulary, diagnostics);
  check_order(playbook, diagnostics);
}

}  // namespace

void lint_playbook(const Playbook& playbook, const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  check_roles(playbook, diagnostics);
  check_steps(playbook, vocabulary, diagnostics);
}

void lint_playbooks(const std::vector<Playbook>& playbooks, const Vocabulary& vocabulary, Diagnostics& diagnostics) {
  const ById ids = check_duplicates(playbooks, diagnostics);
  for (const Playbook& playbook : playbooks) {
    check_explains(playbook, ids, diagnostics);
    lint_playbook(playbook, vocabulary, diagnostics);
  }
  check_cycles(ids, diagnostics);
}

}  // namespace refloat
