#include "detect/causes.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/finding.h"
#include "model/playbook.h"

namespace refloat {

// Two Applications' operations have nothing to do with each other; what is wrong with a database reaches the whole Stack.
bool explains(const Found& cause, const Found& effect) {
  const auto& list = cause.signature->explains;
  if (std::find(list.begin(), list.end(), effect.finding.signature) == list.end()) return false;
  const bool both_applications = cause.signature->scope == Scope::application && effect.signature->scope == Scope::application;
  return !both_applications || cause.finding.subject == effect.finding.subject;
}

namespace {

std::optional<std::size_t> cause_of(std::size_t effect, const std::vector<Found>& found) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i != effect && explains(found[i], found[effect])) return i;
  }
  return std::nullopt;
}

// The cause at the end of the chain; nothing for a root, and nothing in a circle, where no one stands first.
std::optional<std::size_t> root_of(std::size_t effect, const std::vector<Found>& found) {
  std::set<std::size_t> visited{effect};
  std::optional<std::size_t> root;
  for (auto cause = cause_of(effect, found); cause; cause = cause_of(*cause, found)) {
    if (!visited.insert(*cause).second) return std::nullopt;
    root = cause;
  }
  return root;
}

}  // namespace

void separate_causes(std::vector<Found> found, StackDiagnosis& diagnosis) {
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.finding.severity < b.finding.severity; });
  std::vector<std::string> causes;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto root = root_of(i, found);
    causes.push_back(root ? found[*root].finding.id : "");
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    found[i].finding.caused_by = causes[i];
    (causes[i].empty() ? diagnosis.findings : diagnosis.suppressed).push_back(std::move(found[i].finding));
  }
}

}  // namespace refloat
