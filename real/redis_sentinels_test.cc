// Facts about sentinels that are real processes.
#include "real/redis_sentinels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "real/info_translation.h"
#include "real/obstacles.h"
#include "real/testing/needs_redis.h"
#include "real/testing/real_facts.h"
#include "sim/testing/sentinel_facts.h"
#include "sim/world.h"

namespace picklock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RealSentinelsTest : public NeedsRedis {};

TEST_F(RealSentinelsTest, AreAsInTheSimulator) {
  expect_real(sentinel_facts());
}

// Elections and all.
TEST_F(RealSentinelsTest, RunsAreThoseOfTheSimulatorEventByEvent) {
  const LockRegistry locks = builtin_locks();
  for (const HistoryFact& fact : sentinel_facts()) {
    World simulated(fact.scenario, locks);
    auto real = RealWorld::create(fact.scenario, locks, {});
    ASSERT_TRUE(real) << to_string(real.error().front());
    const HistoryLines expected = ownership_lines(simulated.run(Choices::random(7), {}).history);
    EXPECT_THAT(ownership_lines(real.value()->run(7).history), testing::ElementsAreArray(expected))
        << fact.name;
  }
}

TEST_F(RealSentinelsTest, ConnectionsAreNotReset) {
  Scenario scenario = one_watched_holder();
  Fault reset = fault_at(std::chrono::seconds(1), FaultKind::reset, {"redis-1"});
  reset.peers = {"sentinel-1"};
  scenario.faults = {reset};
  EXPECT_THAT(obstacles(scenario), ElementsAre(HasSubstr("not reset")));
}

TEST(InfoTranslation, NamesThePortsForSentinels) {
  const InfoTranslation how{
      .ports = {{7001, 9001}, {7002, 9002}}, .primary_port = 9001, .in_sync = true, .run_id = "x"};
  EXPECT_EQ(translate_info("run_id:abc\r\nrole:master\r\n"
                           "slave0:ip=127.0.0.1,port=7002,state=online,offset=1\r\n",
                           how),
            "run_id:x\r\nrole:master\r\n"
            "slave0:ip=127.0.0.1,port=9002,state=online,offset=1\r\n");
  EXPECT_EQ(translate_info("role:slave\r\nmaster_port:4711\r\nmaster_link_status:down\r\n"
                           "master_link_down_since_seconds:3\r\nslave_repl_offset:5\r\n",
                           how),
            "role:slave\r\nmaster_port:9001\r\nmaster_link_status:up\r\nslave_repl_offset:5\r\n");
}

}  // namespace
}  // namespace picklock
