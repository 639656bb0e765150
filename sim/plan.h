// What every world reads from a scenario: the options of its lock, the program of a client, and what the
// judges must know.
#pragma once

#include <vector>

#include "algorithms/lock.h"
#include "algorithms/registry.h"
#include "algorithms/workload/client.h"
#include "checker/history.h"
#include "scenarios/scenario.h"

namespace picklock {

LockOptions lock_options(const Scenario& scenario);
ClientScript client_script(const Scenario& scenario, const ClientSpec& spec);
// `nodes` are those of the run, indexed by NodeId.
Subject describe(const Scenario& scenario, const LockInfo& lock, const OwnerRule& owner_rule,
                 std::vector<NodeInfo> nodes);

}  // namespace picklock
