// Facts about simulated Redis servers that have no replicas.
#include "sim/redis_node.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/testing/append_only_facts.h"
#include "sim/testing/stream_facts.h"
#include "sim/world.h"

namespace picklock {
namespace {

void expect_facts(const std::vector<HistoryFact>& facts) {
  const LockRegistry locks = builtin_locks();
  for (const HistoryFact& fact : facts) {
    World world(fact.scenario, locks);
    const History& history = world.run(Choices::random(1), {}).history;
    EXPECT_THAT(ownership_lines(history), fact.ownership) << fact.name;
    EXPECT_THAT(acquire_lines(history), fact.acquires) << fact.name;
  }
}

TEST(RedisNode, PowerLossTakesWhatWasNotSynced) {
  expect_facts(append_only_facts());
}

TEST(RedisNode, SecondsOfItsClockSayWhenItSyncs) {
  expect_facts(every_second_facts());
}

TEST(RedisNode, SuffersWhatANetworkDoesToStreams) {
  expect_facts(stream_facts());
}

}  // namespace
}  // namespace picklock
