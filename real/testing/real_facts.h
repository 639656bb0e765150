// Facts about histories, asked of real servers. For tests.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "real/obstacles.h"
#include "real/real_world.h"
#include "sim/testing/history_facts.h"

namespace picklock {

// Carries out each fact's scenario, `times` in a row on the same servers.
inline void expect_real(const std::vector<HistoryFact>& facts, int times = 1) {
  const LockRegistry locks = builtin_locks();
  for (const HistoryFact& fact : facts) {
    EXPECT_THAT(obstacles(fact.scenario), testing::IsEmpty()) << fact.name;
    auto world = RealWorld::create(fact.scenario, locks, {});
    ASSERT_TRUE(world) << to_string(world.error().front());
    for (int i = 0; i < times; ++i) {
      const RealRun run = world.value()->run(1);
      for (const Diagnostic& one : run.trouble)
        ADD_FAILURE() << fact.name << ": " << to_string(one);
      EXPECT_EQ(run.not_run, "") << fact.name;
      EXPECT_THAT(ownership_lines(run.history), fact.ownership) << fact.name;
      EXPECT_THAT(acquire_lines(run.history), fact.acquires) << fact.name;
    }
  }
}

}  // namespace picklock
