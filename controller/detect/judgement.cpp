#include "detect/judgement.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "detect/fact.h"
#include "model/evidence.h"

namespace refloat {

namespace {

int rank(Truth truth) {
  switch (truth) {
    case Truth::no: return 0;
    case Truth::unknown: return 1;
    case Truth::soon: return 2;
    case Truth::yes: return 3;
  }
  return 0;
}

// Nobody reads more, and a condition may have thousands of parts.
constexpr std::size_t why_bytes_max = 2000;

// Reasons and evidence of every part with the deciding truth; the earliest moment to look again.
Judgement merge(const std::vector<Judgement>& parts, Truth truth) {
  Judgement out;
  out.truth = truth;
  std::set<std::string> reasons;
  for (const Judgement& part : parts) {
    if (part.truth != truth) continue;
    add_evidence(out.evidence, part.evidence);
    const bool said = part.why.empty() || out.why.size() >= why_bytes_max || !reasons.insert(part.why).second;
    if (!said && out.why.find(part.why) == std::string::npos) out.why += (out.why.empty() ? "" : "; ") + part.why;
    if (part.at && (!out.at || *part.at < *out.at)) out.at = part.at;
  }
  return out;
}

}  // namespace

Judgement judged_yes(std::vector<Evidence> evidence, std::optional<Time> since) {
  return {Truth::yes, std::move(evidence), {}, {}, since};
}

Judgement judged_no(std::vector<Evidence> evidence) {
  return {Truth::no, std::move(evidence), {}, {}, {}};
}

Judgement judged_unknown(std::string why) {
  return {Truth::unknown, {}, std::move(why), {}, {}};
}

Judgement judged_soon(Time at, std::string why) {
  return {Truth::soon, {}, std::move(why), at, {}};
}

Judgement judged(bool holds, std::vector<Evidence> evidence, std::optional<Time> since) {
  return holds ? judged_yes(std::move(evidence), since) : judged_no(std::move(evidence));
}

Judgement all_of(const std::vector<Judgement>& parts) {
  Truth worst = Truth::yes;
  for (const Judgement& part : parts) worst = rank(part.truth) < rank(worst) ? part.truth : worst;
  Judgement out = merge(parts, worst);
  if (worst != Truth::yes) return out;
  for (const Judgement& part : parts) out.since = std::max(out.since, part.since);
  return out;
}

Judgement any_of(const std::vector<Judgement>& parts) {
  Truth best = Truth::no;
  for (const Judgement& part : parts) best = rank(part.truth) > rank(best) ? part.truth : best;
  Judgement out = merge(parts, best);
  if (best != Truth::yes) return out;
  for (const Judgement& part : parts) {
    if (part.truth == Truth::yes && part.since && (!out.since || *part.since < *out.since)) out.since = part.since;
  }
  return out;
}

Judgement negation_of(const Judgement& part) {
  Judgement out = part;
  out.since.reset();
  if (part.truth == Truth::yes) out.truth = Truth::no;
  if (part.truth == Truth::no) out.truth = Truth::yes;
  return out;
}

void add_evidence(std::vector<Evidence>& to, const std::vector<Evidence>& from) {
  for (const Evidence& item : from) {
    const bool known =
        std::any_of(to.begin(), to.end(), [&](const Evidence& e) { return e.source == item.source && e.observed == item.observed; });
    if (!known) to.push_back(item);
  }
}

}  // namespace refloat
