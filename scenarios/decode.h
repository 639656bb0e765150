// From a JSON value to a scenario.
#pragma once

#include <span>

#include "scenarios/decoder.h"
#include "scenarios/faults.h"
#include "scenarios/loader.h"
#include "scenarios/scenario.h"

namespace picklock::loading {

// Reads all sections and makes every check. The scenario is whole only when no issue was added.
Scenario decode_scenario(const Json& root, const Vocabulary& vocabulary, Issues& issues);

// Whether the sections, each well-formed, agree with one another.
void check_scenario(const Cursor& root, const Scenario& scenario, const FaultSetting& setting);

// Whether the faults can happen, and do not contradict one another. `at` is the array of the faults.
void check_faults(const Cursor& at, const FaultSetting& setting,
                  std::span<const PlacedFault> faults);

}  // namespace picklock::loading
