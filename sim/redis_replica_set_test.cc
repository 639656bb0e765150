#include "sim/redis_replica_set.h"

#include <gtest/gtest.h>

#include "sim/testing/replica_set_facts.h"
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

TEST(RedisReplicaSet, PromotionsAreAsTheyShouldBe) {
  expect_facts(promotion_facts());
}

TEST(RedisReplicaSet, WaitIsAsItShouldBe) {
  expect_facts(wait_facts());
}

}  // namespace
}  // namespace picklock
