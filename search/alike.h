// Which nodes of a plan nothing tells apart: neither their settings, nor their clocks, nor a fault that names one.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/scenario.h"

namespace picklock {

// For each client the first one that it is like. `faults` are all that are in force.
std::vector<std::uint32_t> alike_clients(const Scenario& scenario,
                                         const std::vector<Fault>& faults);
bool are_servers_alike(const Scenario& scenario, const std::vector<Fault>& faults);

}  // namespace picklock
