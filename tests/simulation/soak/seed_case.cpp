#include "simulation/soak/seed_case.h"

#include <array>
#include <chrono>

#include "simulation/soak/fault_rows.h"
#include "simulation/soak/troubles.h"

namespace refloat::simulation {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr int faults_max = 4;
constexpr std::array<const char*, 3> mode_words{"Auto", "Approve", "Observe"};

std::size_t possible_row(Dice& dice) {
  const auto& rows = fault_rows();
  std::size_t row = dice.roll(rows.size());
  while (rows[row].means == Means::impossible) row = dice.roll(rows.size());
  return row;
}

// Mostly while the recovery is on its way, which takes less than a minute.
PlannedFault planned_fault(Dice& dice, Duration end) {
  PlannedFault fault;
  fault.row = possible_row(dice);
  fault.at = dice.within(dice.chance(75) ? Duration(seconds(45)) : end);
  fault.lasts = seconds(2) + dice.within(dice.chance(70) ? Duration(seconds(30)) : end - fault.at);
  fault.times = 1 + static_cast<int>(dice.chance(70) ? dice.roll(3) : dice.roll(40));
  return fault;
}

}  // namespace

SeedCase case_of(std::uint64_t seed) {
  Dice dice(seed * 0x9E3779B97F4A7C15ULL + 1);
  SeedCase chosen;
  chosen.seed = seed;
  const auto& all = troubles();
  chosen.incident = dice.chance(10) ? 0 : 1 + dice.roll(all.size() - 1);
  chosen.second = chosen.incident;
  if (chosen.incident != 0 && dice.chance(8)) chosen.second = 1 + dice.roll(all.size() - 1);
  const auto mode = dice.roll(100);
  chosen.mode = mode < 70 ? "Auto" : mode < 90 ? "Approve" : "Observe";
  const auto person = dice.roll(100);
  chosen.person = person < 80 ? Person::approves : person < 90 ? Person::rejects : Person::is_away;
  chosen.replicas = dice.chance(50) ? 2 : 1;
  chosen.faults_end = minutes(2) + dice.within(minutes(2));
  const int count = dice.chance(5) ? 0 : 1 + static_cast<int>(dice.roll(faults_max));
  for (int i = 0; i < count; ++i) chosen.faults.push_back(planned_fault(dice, chosen.faults_end));
  for (const std::size_t incident : {chosen.incident, chosen.second}) {
    const std::string& signature = all[incident].signature;
    if (!signature.empty() && dice.chance(15)) chosen.modes[signature] = mode_words[dice.roll(mode_words.size())];
  }
  return chosen;
}

SeedCase under_endless_fault(SeedCase chosen) {
  const auto& rows = fault_rows();
  PlannedFault fault;
  fault.row = chosen.seed % rows.size();
  // A server that answers what was, and never anything else, cannot be told from a world in which nothing happens.
  const auto unnoticeable = [](const FaultRow& row) {
    return row.means == Means::impossible || row.wire == sim::Fault::own_write_unseen || row.wire == sim::Fault::list_goes_back;
  };
  while (unnoticeable(rows[fault.row])) fault.row = (fault.row + 1) % rows.size();
  fault.at = seconds(chosen.seed % 45);
  fault.lasts = std::chrono::hours(24);
  fault.times = 1 << 30;
  chosen.faults = {fault};
  chosen.for_ever = true;
  return chosen;
}

std::string display(const SeedCase& chosen) {
  const auto& all = troubles();
  std::string text = "seed " + std::to_string(chosen.seed) + ": " + all[chosen.incident].name;
  if (chosen.second != chosen.incident) text += " and " + all[chosen.second].name;
  text += ", " + chosen.mode;
  for (const auto& [signature, mode] : chosen.modes) text += " (" + signature + ": " + mode + ")";
  text += ", " + std::to_string(chosen.replicas) + (chosen.replicas == 1 ? " replica" : " replicas");
  const char* const persons[] = {"approves", "rejects", "is away"};
  text += std::string(", the person ") + persons[static_cast<int>(chosen.person)];
  for (const PlannedFault& fault : chosen.faults) {
    text += std::string("; ") + fault_rows()[fault.row].name + " x" + std::to_string(fault.times) + " at " +
            std::to_string(fault.at.count() / 1000) + "s for " +
            (chosen.for_ever ? "ever" : std::to_string(fault.lasts.count() / 1000) + "s");
  }
  return text;
}

}  // namespace refloat::simulation
