// Facts about the append-only file of a real redis-server whose power fails.
#include "real/append_only_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "real/obstacles.h"
#include "real/testing/needs_redis.h"
#include "real/testing/real_facts.h"
#include "sim/testing/append_only_facts.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RealAppendOnlyFile : public NeedsRedis {};

TEST_F(RealAppendOnlyFile, PowerLossTakesWhatItTakesInTheSimulator) {
  expect_real(append_only_facts(), 2);  // what an earlier run synced is not in the next one's file
}

TEST_F(RealAppendOnlyFile, SecondsOfItsClockSayWhenItSyncs) {
  expect_real(every_second_facts(), 2);
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
