// Facts about simulated Redis servers that have no replicas.
#include "sim/redis_node.h"

#include <gtest/gtest.h>

#include "sim/testing/append_only_facts.h"
#include "sim/testing/simulated_facts.h"
#include "sim/testing/stream_facts.h"

namespace picklock {
namespace {

TEST(RedisNode, PowerLossTakesWhatWasNotSynced) {
  expect_simulated(append_only_facts());
}

TEST(RedisNode, SecondsOfItsClockSayWhenItSyncs) {
  expect_simulated(every_second_facts());
}

TEST(RedisNode, SuffersWhatANetworkDoesToStreams) {
  expect_simulated(stream_facts());
}

}  // namespace
}  // namespace picklock
