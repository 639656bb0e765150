// Facts about an ensemble of real ZooKeeper nodes.
#include "real/zookeeper_ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "real/testing/needs_zookeeper.h"
#include "real/testing/real_facts.h"
#include "sim/testing/zookeeper_ensemble_facts.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using RealEnsembles = NeedsZooKeeper;

TEST_F(RealEnsembles, SessionsEndAsInTheSimulator) {
  expect_real(ensemble_session_facts());
}

TEST_F(RealEnsembles, SessionsMoveAsInTheSimulator) {
  expect_real(ensemble_move_facts());
  expect_real(ensemble_majority_facts());
}

TEST_F(RealEnsembles, LeaderThatIsPausedIsNotRun) {
  Scenario scenario = ensemble_of_three({0s}, 5s);
  scenario.faults = {fault_at(1s, FaultKind::crash, {"zookeeper-3"}, 5s),
                     fault_at(4s, FaultKind::pause, {"zookeeper-2"}, 1s)};
  const LockRegistry locks = builtin_locks();
  auto world = RealWorld::create(scenario, locks, {});
  ASSERT_TRUE(world) << to_string(world.error().front());
  EXPECT_THAT(world.value()->run(1).not_run, HasSubstr("stops the leader"));
  scenario.faults = {fault_at(1s, FaultKind::pause, {"zookeeper-1", "zookeeper-2"}, 1s)};
  world = RealWorld::create(scenario, locks, {});
  ASSERT_TRUE(world) << to_string(world.error().front());
  EXPECT_THAT(world.value()->run(1).not_run, HasSubstr("majority"));
}

TEST(RealEnsembleObstacles, AreToldBeforehand) {
  const Scenario scenario = ensemble_of_three({0s}, 5s);
  EXPECT_THAT(obstacles(scenario), IsEmpty());
  const auto with = [&](const Fault& fault) {
    Scenario changed = scenario;
    changed.faults = {fault};
    return obstacles(changed);
  };
  Fault power_loss = fault_at(1s, FaultKind::crash, {"zookeeper-1"});
  EXPECT_THAT(with(power_loss), IsEmpty());
  power_loss.power_loss = true;
  EXPECT_THAT(with(power_loss), ElementsAre(HasSubstr("peers")));
  EXPECT_THAT(with(cut_at(1s, {"client-1"}, {"zookeeper-1", "zookeeper-2"}, 1s)), IsEmpty());
  EXPECT_THAT(with(cut_at(1s, {"zookeeper-1"}, {"zookeeper-2"}, 1s)),
              ElementsAre(HasSubstr("directly")));
  Fault reset = fault_at(1s, FaultKind::reset, {"zookeeper-1"});
  reset.peers = {"client-1"};
  EXPECT_THAT(with(reset), IsEmpty());
  reset.peers = {"zookeeper-2"};
  EXPECT_THAT(with(reset), ElementsAre(HasSubstr("directly")));
  for (const FaultKind kind : {FaultKind::suspend, FaultKind::clock_step, FaultKind::clock_rate,
                               FaultKind::clock_freeze}) {
    EXPECT_THAT(with(fault_at(1s, kind, {"zookeeper-1"}, 1s)), ElementsAre(HasSubstr("clock")));
    EXPECT_THAT(with(fault_at(1s, kind, {"client-1"}, 1s)), IsEmpty());
  }
  Scenario clocks = scenario;
  clocks.clocks["zookeeper-2"] = {.ppm = 100};
  EXPECT_THAT(obstacles(clocks), ElementsAre(HasSubstr("clock")));
  Scenario ticks = scenario;
  ticks.servers.tick = 1001ms;
  ticks.servers.session_timeout = 10'010ms;
  EXPECT_THAT(obstacles(ticks), ElementsAre(HasSubstr("even number")));
  ticks.servers.tick = 2s;
  EXPECT_THAT(obstacles(ticks), ElementsAre(HasSubstr("half ticks")));
}

}  // namespace
}  // namespace picklock
