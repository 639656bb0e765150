#include "cli/assessment.h"

#include <fmt/core.h>

#include <string_view>

#include "checker/properties.h"

namespace picklock::cli {
namespace {

std::string_view to_string(Expected expected) {
  switch (expected) {
    case Expected::holds:
      return "holds";
    case Expected::violated:
      return "violated";
    case Expected::any:
      return "any";
  }
  return "any";
}

// A scenario that says what it expects is asked about that. One that says nothing is expected to be
// safe; the rungs of the ladder of specifications are descriptions, not promises.
std::string expectation(const Scenario& scenario, std::string_view property) {
  const auto found = scenario.expect.find(std::string(property));
  if (found != scenario.expect.end()) return std::string(to_string(found->second));
  if (!scenario.expect.empty() || property.starts_with("lock-")) return "";
  return "holds";
}

bool is_met(const PropertyResult& property, bool says_itself) {
  if (property.expected == "violated") return property.violated_runs > 0;
  if (property.expected != "holds") return true;
  const bool vacuous = says_itself && property.judged == 0;
  return property.violated_runs == 0 && property.undecided_runs == 0 && !vacuous;
}

}  // namespace

std::vector<PropertyResult> property_results(const Scenario& scenario, const SweepResult& swept) {
  std::vector<PropertyResult> results;
  for (std::size_t i = 0; i < properties().size(); ++i) {
    const PropertyTally& tally = swept.properties[i];
    PropertyResult& result = results.emplace_back();
    result.name = properties()[i].name;
    result.id = properties()[i].id;
    result.runs = swept.runs;
    result.violated_runs = tally.violated_runs;
    result.undecided_runs = tally.undecided_runs;
    result.judged = tally.judged;
    result.first_seed = tally.first_seed;
    result.status = tally.violated_runs > 0    ? Status::violated
                    : tally.undecided_runs > 0 ? Status::undecided
                                               : Status::holds;
    result.expected = expectation(scenario, result.name);
    result.met = is_met(result, !scenario.expect.empty());
  }
  return results;
}

std::vector<std::string> problems_of(const Scenario& scenario, const SweepResult& swept) {
  std::vector<std::string> problems;
  const auto starving = scenario.expect.find("deadlock-freedom");
  const bool may_starve =
      starving != scenario.expect.end() && starving->second == Expected::violated;
  if (swept.grants == 0 && !may_starve) {
    problems.push_back("the lock was never granted, so nothing was tried");
  }
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    if (swept.strikes[i] > 0) continue;
    problems.push_back(
        fmt::format("the fault \"{}\" never took effect in any run", scenario.faults[i].name));
  }
  if (scenario.swarm && swept.strikes.front() == 0) {
    problems.emplace_back("no fault of the swarm took effect in any run");
  }
  if (swept.exhausted > 0) {
    problems.push_back(fmt::format("{} of {} runs ended at max_events = {}", swept.exhausted,
                                   swept.runs, scenario.max_events));
  }
  return problems;
}

// An unexpected one before an expected one; then damage before danger, because it
// tells the whole story; then in the order of properties, but the ladder of specifications last, whose
// reasons say least.
const PropertyResult* to_draw(const std::vector<PropertyResult>& properties) {
  const auto weight = [](const PropertyResult& property) {
    const bool damage = property.id == "S4" || property.id == "S5" || property.id == "S6";
    const int ladder = property.name.starts_with("lock-") ? 8 : 0;
    const int asked = property.expected.empty() || property.expected == "any" ? 4 : 0;
    return ladder + asked + (property.met ? 2 : 0) + (damage ? 0 : 1);
  };
  const PropertyResult* best = nullptr;
  for (const PropertyResult& property : properties) {
    if (property.status != Status::violated) continue;
    if (best == nullptr || weight(property) < weight(*best)) best = &property;
  }
  return best;
}

}  // namespace picklock::cli
