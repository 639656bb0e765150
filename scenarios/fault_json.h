// Faults as text: the inverse of reading them.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "scenarios/loader.h"
#include "scenarios/scenario.h"

namespace picklock {

// The fault as an object of a scenario file, without its name. Its durations must be constants.
std::string fault_json(const Fault& fault);

// The scenario with these faults behind its own, or instead of its swarm, as if they stood in its file: they get the
// usual names.
// Its fixes stay as far as they still apply.
Result<LoadedScenario> with_faults(const LoadedScenario& loaded, std::span<const Fault> faults,
                                   const Vocabulary& vocabulary);

}  // namespace picklock
