// Facts about histories, asked of the simulator. For tests.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "sim/testing/history_facts.h"
#include "sim/world.h"

namespace picklock {

inline void expect_simulated(const std::vector<HistoryFact>& facts) {
  const LockRegistry locks = builtin_locks();
  for (const HistoryFact& fact : facts) {
    World world(fact.scenario, locks);
    const History& history = world.run(Choices::random(1), {}).history;
    EXPECT_THAT(ownership_lines(history), fact.ownership) << fact.name;
    EXPECT_THAT(acquire_lines(history), fact.acquires) << fact.name;
  }
}

}  // namespace picklock
