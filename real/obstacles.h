// What of a scenario the real runner, or this machine, cannot carry out. Such a scenario is not run; it is
// never passed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/scenario.h"

namespace picklock {

// One sentence for each obstacle; empty: the scenario can be carried out.
std::vector<std::string> obstacles(const Scenario& scenario);
// The same on that many servers of the user's own; 0: on ours.
std::vector<std::string> obstacles(const Scenario& scenario, std::size_t user_servers);

}  // namespace picklock
