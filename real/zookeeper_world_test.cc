// Facts about histories of real runs on ZooKeeper: what the service did, and what its clients learned of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#include "real/obstacles.h"
#include "real/real_world.h"
#include "real/testing/needs_zookeeper.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Fault fault(FaultKind kind, const char* node, const char* point, Duration length) {
  Fault made;
  made.kind = kind;
  made.name = "the fault";
  made.on = {node};
  made.when = {.kind = Anchor::Kind::after, .node = "client-1", .point = point};
  made.length = DurationSpec::constant(length);
  return made;
}

class RealZooKeeperRuns : public NeedsZooKeeper {
 protected:
  static Scenario of_clients(const char* lock, std::size_t count) {
    Scenario scenario;
    scenario.name = "test";
    scenario.lock.algorithm = lock;
    scenario.servers.kind = "zookeeper";
    for (std::size_t i = 0; i < count; ++i) {
      scenario.clients.push_back({.start = std::chrono::milliseconds(50) * static_cast<int>(i)});
    }
    return scenario;
  }

  RealRun run(const Scenario& scenario) {
    EXPECT_THAT(obstacles(scenario), IsEmpty());
    auto world = RealWorld::create(scenario, locks_, {});
    EXPECT_TRUE(world) << to_string(world.error().front());
    RealRun result = world.value()->run(1);
    EXPECT_THAT(result.trouble, IsEmpty())
        << (result.trouble.empty() ? "" : to_string(result.trouble.front()));
    return result;
  }

  // What the service said of the lock, in order.
  static std::vector<Event> of_service(const History& history) {
    std::vector<Event> said;
    std::ranges::copy_if(history.events, std::back_inserter(said), [](const Event& event) {
      return event.kind == EventKind::named || event.kind == EventKind::unnamed;
    });
    return said;
  }
  static std::vector<Cause> causes(const History& history) {
    std::vector<Cause> ends;
    for (const Event& event : of_service(history)) {
      if (event.kind == EventKind::unnamed) ends.push_back(event.cause);
    }
    return ends;
  }
  static TrueTime first(const History& history, EventKind kind, NodeId node) {
    const auto found = std::ranges::find_if(history.events, [&](const Event& event) {
      return event.kind == kind && event.node == node;
    });
    EXPECT_NE(found, history.events.end());
    return found == history.events.end() ? TrueTime{} : found->at;
  }

  LockRegistry locks_ = builtin_locks();
};

TEST_F(RealZooKeeperRuns, ClientsTakeTurns) {
  const RealRun result = run(of_clients("zookeeper_recipe", 3));
  EXPECT_EQ(result.grants, 3);
  EXPECT_THAT(causes(result.history),
              ElementsAre(Cause::released, Cause::released, Cause::released));
  EXPECT_TRUE(std::ranges::is_sorted(result.history.events, {}, &Event::at));
}

// The session of a holder that died ends ten seconds after its last sign of life, rounded up to a tick.
TEST_F(RealZooKeeperRuns, SessionOfTheDeadEndsOnATick) {
  Scenario scenario = of_clients("zookeeper_recipe", 2);
  scenario.faults = {fault(FaultKind::crash, "client-1", "acquired", kForever)};
  const RealRun result = run(scenario);
  EXPECT_EQ(result.grants, 2);
  EXPECT_THAT(causes(result.history), ElementsAre(Cause::expired, Cause::released));
  EXPECT_EQ(of_service(result.history).at(1).at, TrueTime{12s});
}

TEST_F(RealZooKeeperRuns, PausedHolderLosesItsSession) {
  Scenario scenario = of_clients("zookeeper_recipe", 2);
  scenario.faults = {fault(FaultKind::pause, "client-1", "acquired", 20s)};
  const RealRun result = run(scenario);
  EXPECT_THAT(causes(result.history), ElementsAre(Cause::expired, Cause::released));
  EXPECT_LE(first(result.history, EventKind::resumed, NodeId(0)),
            first(result.history, EventKind::aware, NodeId(0)))
      << "at the same instant, in which it wakes";
}

// It is told when its connection is lost, and not when its session is.
TEST_F(RealZooKeeperRuns, HolderThatIsCutOffLearnsOfItBeforeItsSessionEnds) {
  Scenario scenario = of_clients("zookeeper_recipe", 2);
  scenario.clients.front().hold = DurationSpec::constant(20s);
  Fault cut = fault(FaultKind::partition, "", "acquired", 25s);
  cut.on.clear();
  cut.groups = {{"client-1"}, {"zookeeper-1"}};
  scenario.faults = {cut};
  const RealRun result = run(scenario);
  ASSERT_THAT(causes(result.history), ElementsAre(Cause::expired, Cause::released));
  EXPECT_LT(first(result.history, EventKind::aware, NodeId(0)),
            of_service(result.history).at(1).at);
}

TEST_F(RealZooKeeperRuns, RestartForgetsNothing) {
  Scenario scenario = of_clients("zookeeper_recipe", 1);
  scenario.clients.front().hold = DurationSpec::constant(3s);
  scenario.faults = {fault(FaultKind::crash, "zookeeper-1", "acquired", 1s)};
  const RealRun result = run(scenario);
  EXPECT_EQ(result.grants, 1);
  EXPECT_THAT(causes(result.history), ElementsAre(Cause::released));
}

TEST_F(RealZooKeeperRuns, WallClockOfTheServiceChangesNothing) {
  Scenario scenario = of_clients("zookeeper_recipe", 2);
  Fault jump = fault(FaultKind::clock_step, "zookeeper-1", "acquired", kForever);
  jump.by = 1h;
  scenario.faults = {jump};
  const RealRun result = run(scenario);
  EXPECT_THAT(result.strikes, ElementsAre(1));
  EXPECT_THAT(causes(result.history), ElementsAre(Cause::released, Cause::released));
}

TEST_F(RealZooKeeperRuns, EveryWaiterOfAHerdIsWoken) {
  Scenario scenario = of_clients("zookeeper_herd", 4);
  for (ClientSpec& client : scenario.clients) client.hold = DurationSpec::constant(1s);
  const RealRun result = run(scenario);
  EXPECT_EQ(result.grants, 4);
  // Three, then two, then one, by the releases alone.
  EXPECT_GE(std::ranges::count(result.history.events, EventKind::woken, &Event::kind), 6);
}

TEST(ZooKeeperObstacles, FractionsOfMillisecondsAreOne) {
  Scenario scenario;
  scenario.servers.kind = "zookeeper";
  EXPECT_THAT(obstacles(scenario), IsEmpty());
  scenario.servers.tick = 1500us;
  EXPECT_EQ(obstacles(scenario).size(), 1);
}

}  // namespace
}  // namespace picklock
