#include "sim/redis_replica_set.h"

#include <gtest/gtest.h>

#include "sim/testing/replica_set_facts.h"
#include "sim/testing/simulated_facts.h"

namespace picklock {
namespace {

TEST(RedisReplicaSet, PromotionsAreAsTheyShouldBe) {
  expect_simulated(promotion_facts());
}

TEST(RedisReplicaSet, WaitIsAsItShouldBe) {
  expect_simulated(wait_facts());
}

}  // namespace
}  // namespace picklock
