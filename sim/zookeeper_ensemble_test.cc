#include "sim/zookeeper_ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/testing/simulated_facts.h"
#include "sim/testing/zookeeper_ensemble_facts.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(ZooKeeperEnsemble, SessionsEndWhenTheyShould) {
  expect_simulated(ensemble_session_facts());
}

TEST(ZooKeeperEnsemble, SessionsMoveAsTheyShould) {
  expect_simulated(ensemble_move_facts());
  expect_simulated(ensemble_majority_facts());
}

// Partitions between nodes, which only the simulator has.
TEST(ZooKeeperEnsemble, NodesThatAreCutOffAreGivenUpInTime) {
  const Scenario holder = ensemble_of_three({2s}, 1s);
  Scenario alone = ensemble_of_three({50s, 50s, 2s}, 1s);
  alone.lock.wait = 5s;
  alone.faults = {cut_at(1s, {"zookeeper-3"}, {"zookeeper-1", "zookeeper-2"}, kForever),
                  cut_at(1s, {"client-3"}, {"zookeeper-1", "zookeeper-2"}, kForever)};
  alone.duration = 40s;
  Scenario elected = holder;
  elected.lock.wait = 30s;
  elected.lock.algorithm = "zookeeper_recipe";
  elected.faults = {cut_at(1s, {"zookeeper-3"}, {"zookeeper-1", "zookeeper-2"}, kForever)};
  Scenario follower = holder;
  follower.lock.algorithm = "zookeeper_recipe";
  follower.faults = {cut_at(1s, {"zookeeper-1"}, {"zookeeper-2", "zookeeper-3"}, kForever)};
  Scenario silent = ensemble_of_three({0s}, 30s);
  silent.faults = {fault_at(1s, FaultKind::crash, {"zookeeper-3"})};
  silent.faults.front().power_loss = true;
  expect_simulated({
      {.name = "a leader without a majority acknowledges nothing",
       .scenario = alone,
       .ownership = IsEmpty()},
      // Silence for five ticks, an election, and a half tick to notice.
      {.name = "the others elect a leader",
       .scenario = elected,
       .ownership = ElementsAre(StartsWith("14."), StartsWith("15."))},
      {.name = "a follower that is cut off answers nobody, and its clients go elsewhere",
       .scenario = follower,
       .ownership = ElementsAre(StartsWith("3.1"), StartsWith("4.1"))},
      {.name = "one that dies silently is missed as late",
       .scenario = silent,
       .ownership = ElementsAre("3ms zookeeper-1 named", testing::EndsWith("released"))},
  });
}

TEST(ZooKeeperEnsemble, TransactionsOfALaterLeaderHaveHigherNumbers) {
  Scenario scenario = ensemble_of_three({0s, 10s}, 1s);
  scenario.lock.algorithm = "zookeeper_recipe";
  scenario.faults = {fault_at(4s, FaultKind::crash, {"zookeeper-3"})};
  const LockRegistry locks = builtin_locks();
  World world(scenario, locks);
  std::vector<std::int64_t> epochs;
  for (const Event& event : world.run(Choices::random(1), {}).history.events) {
    const bool granted = event.kind == EventKind::complete && event.action == Action::acquire;
    if (granted) epochs.push_back(event.fence >> 32);
  }
  EXPECT_THAT(epochs, ElementsAre(1, 2));
}

}  // namespace
}  // namespace picklock
