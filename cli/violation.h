// The run that a report draws.
#pragma once

#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "checker/verdict.h"
#include "reports/result.h"
#include "scenarios/loader.h"
#include "search/rerun.h"

namespace picklock::cli {

std::vector<TraceChoice> to_trace(const std::vector<NamedChoice>& choices);
std::vector<NamedChoice> from_trace(const std::vector<TraceChoice>& choices);

// A recorded run of `loaded` that breaks `property`. The seed is left to the caller.
RunPicture as_recorded(const LoadedScenario& loaded, Recording recording,
                       const std::string& property, const Limits& limits);

// The smallest run that these choices, which break `property` on the plan, lead to. Shows progress.
RunPicture smallest(const LoadedScenario& loaded, const std::vector<NamedChoice>& choices,
                    const std::string& property, const LockRegistry& locks, const Limits& limits);

}  // namespace picklock::cli
