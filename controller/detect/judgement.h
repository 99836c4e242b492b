// Building and combining judgements: the three-valued logic in one place.
#pragma once

#include <string>
#include <vector>

#include "detect/fact.h"

namespace refloat {

Judgement judged_yes(std::vector<Evidence> evidence = {}, std::optional<Time> since = {});
Judgement judged_no(std::vector<Evidence> evidence = {});
Judgement judged_unknown(std::string why);
Judgement judged_soon(Time at, std::string why);

// Yes with the evidence when `holds`, else no.
Judgement judged(bool holds, std::vector<Evidence> evidence = {}, std::optional<Time> since = {});

// The worst of no < unknown < soon < yes; yes when there are none. It holds since the latest of its parts.
Judgement all_of(const std::vector<Judgement>& parts);

// The best; no when there are none. It holds since the earliest of the parts that are yes.
Judgement any_of(const std::vector<Judgement>& parts);

// no <-> yes; what is unknown or unsettled stays so, because its opposite is just as little proven.
Judgement negation_of(const Judgement& part);

// Appends what is not there yet (same source, same words).
void add_evidence(std::vector<Evidence>& to, const std::vector<Evidence>& from);

}  // namespace refloat
