#include "sim/redis_sentinels.h"

#include <gtest/gtest.h>

#include "sim/testing/sentinel_facts.h"
#include "sim/testing/simulated_facts.h"

namespace picklock {
namespace {

TEST(RedisSentinels, AreAsTheyShouldBe) {
  expect_simulated(sentinel_facts());
}

}  // namespace
}  // namespace picklock
