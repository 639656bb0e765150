// The exhaustive search: all placements, each in every order of deliveries on a quick network.
#pragma once

#include "search/explore.h"

namespace picklock {

// Fewest deviations first, as far as kFewDeviations; then everything, fewest faults first.
Exploration explore_every_order(const LoadedScenario& loaded, const LockRegistry& locks,
                                const ExploreOptions& options);

}  // namespace picklock
