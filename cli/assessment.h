// Verdicts over the runs of a scenario, compared with what it expects.
#pragma once

#include <string>
#include <vector>

#include "reports/result.h"
#include "scenarios/scenario.h"
#include "search/sweep.h"

namespace picklock::cli {

// In the order of properties().
std::vector<PropertyResult> property_results(const Scenario& scenario, const SweepResult& swept);

// What makes a scenario void, whatever its verdicts say.
std::vector<std::string> problems_of(const Scenario& scenario, const SweepResult& swept);

// The violation to draw, the one that tells most; null when there is none.
const PropertyResult* to_draw(const std::vector<PropertyResult>& properties);

}  // namespace picklock::cli
