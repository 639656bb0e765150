// Facts about the append-only file of a real redis-server whose power fails.
#include "real/append_only_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "real/obstacles.h"
#include "real/real_world.h"
#include "real/testing/needs_redis.h"
#include "sim/testing/append_only_facts.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RealAppendOnlyFile : public NeedsRedis {
 protected:
  // Twice: what an earlier run synced is not in the next one's file.
  static void expect_facts(const std::vector<HistoryFact>& facts) {
    const LockRegistry locks = builtin_locks();
    for (const HistoryFact& fact : facts) {
      EXPECT_THAT(obstacles(fact.scenario), IsEmpty()) << fact.name;
      auto world = RealWorld::create(fact.scenario, locks, {});
      ASSERT_TRUE(world) << to_string(world.error().front());
      for (int i = 0; i < 2; ++i) {
        const RealRun run = world.value()->run(1);
        EXPECT_THAT(run.trouble, IsEmpty()) << fact.name;
        EXPECT_THAT(ownership_lines(run.history), fact.ownership) << fact.name;
      }
    }
  }
};

TEST_F(RealAppendOnlyFile, PowerLossTakesWhatItTakesInTheSimulator) {
  expect_facts(append_only_facts());
}

TEST_F(RealAppendOnlyFile, SecondsOfItsClockSayWhenItSyncs) {
  expect_facts(every_second_facts());
}

TEST(AppendOnlyFileObstacles, AreNamed) {
  Scenario scenario = one_holder(1);
  Fault loss = fault_at(1s, FaultKind::crash, {"redis-1"}, 1s);
  loss.power_loss = true;
  scenario.faults = {loss};
  EXPECT_THAT(obstacles(scenario), IsEmpty()) << "nothing survives anyway";
  scenario.servers.aof = AofPolicy::always;
  EXPECT_THAT(obstacles(scenario), ElementsAre(HasSubstr("append-only file anew")));
  scenario.servers.replicas = 0;
  EXPECT_THAT(obstacles(scenario), IsEmpty());
  scenario.servers.aof = AofPolicy::everysec;
  scenario.servers.active_expiry = false;
  EXPECT_THAT(obstacles(scenario), ElementsAre(HasSubstr("dead keys")));
}

}  // namespace
}  // namespace picklock
