// Facts about a primary and its replicas that are real redis-servers.
#include "real/redis_replica_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "real/obstacles.h"
#include "real/real_world.h"
#include "real/testing/needs_redis.h"
#include "real/testing/real_facts.h"
#include "sim/testing/replica_set_facts.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RealReplicaSets : public NeedsRedis {
 protected:
  LockRegistry locks_ = builtin_locks();
};

TEST_F(RealReplicaSets, PromotionsAreAsInTheSimulator) {
  expect_real(promotion_facts());
}

TEST_F(RealReplicaSets, WaitIsAsInTheSimulator) {
  expect_real(wait_facts());
}

TEST_F(RealReplicaSets, StoppedServerIsNotAskedBeforeItGoesOn) {
  Scenario scenario = one_holder(1);
  scenario.lock.ttl = 2s;
  scenario.servers.min_replicas = 1;
  scenario.faults = {fault_at(1s, FaultKind::pause, {"redis-1", "redis-2"}, 4s),
                     fault_at(2s, FaultKind::promote, {"redis-2"})};
  scenario.clients.push_back({.start = 3s, .rounds = 1});
  auto world = RealWorld::create(scenario, locks_, {.patience = 3s});
  ASSERT_TRUE(world) << to_string(world.error().front());
  const RealRun run = world.value()->run(1);
  EXPECT_THAT(run.trouble, IsEmpty());
  EXPECT_THAT(ownership_lines(run.history), testing::Contains("1ms redis-1 named"));
}

TEST_F(RealReplicaSets, LinksAreNotReset) {
  Scenario scenario = one_holder(1);
  Fault reset = fault_at(1s, FaultKind::reset, {"redis-1"});
  reset.peers = {"redis-2"};
  scenario.faults = {reset};
  EXPECT_THAT(obstacles(scenario), ElementsAre(HasSubstr("not reset")));
  scenario.faults.front().peers = {"client-1"};
  EXPECT_THAT(obstacles(scenario), IsEmpty());
}

TEST_F(RealReplicaSets, LagIsCountedInWholeSeconds) {
  Scenario scenario = one_holder(1);
  scenario.servers.min_replicas = 1;
  scenario.servers.max_lag = 1500ms;
  EXPECT_THAT(obstacles(scenario), ElementsAre(HasSubstr("whole seconds")));
}

}  // namespace
}  // namespace picklock
