// Facts about a primary and its replicas that are real redis-servers.
#include "real/redis_replica_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/text.h"
#include "real/obstacles.h"
#include "real/real_world.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

DurationSpec fixed(Duration duration) {
  return DurationSpec::constant(duration);
}

Fault at(Duration when, FaultKind kind, std::vector<std::string> on, Duration length = kForever) {
  Fault fault;
  fault.kind = kind;
  fault.name = std::string("fault at ") + to_string(when);
  fault.when.at = fixed(when);
  fault.on = std::move(on);
  fault.length = fixed(length);
  return fault;
}

Fault cut(Duration when, std::vector<std::string> a, std::vector<std::string> b, Duration length) {
  Fault fault = at(when, FaultKind::partition, {}, length);
  fault.name += " (cut)";
  fault.groups = {std::move(a), std::move(b)};
  return fault;
}

class RealReplicaSets : public ::testing::Test {
 protected:
  void SetUp() override {
    if (is_program("redis-server")) return;
    ASSERT_EQ(std::getenv("CI"), nullptr) << "apt-get install redis-server";
    GTEST_SKIP() << "apt-get install redis-server";
  }

  // One client that acquires at once and holds the lock for ten seconds; messages take a millisecond.
  static Scenario one_holder(std::uint32_t replicas = 1) {
    Scenario scenario;
    scenario.name = "test";
    scenario.lock.algorithm = "redis_token";
    scenario.lock.ttl = 30s;
    scenario.lock.wait = 5s;
    scenario.servers.kind = "redis";
    scenario.servers.replicas = replicas;
    scenario.clients.push_back({.rounds = 1, .hold = fixed(10s)});
    scenario.network.delay = fixed(1ms);
    return scenario;
  }

  History run(const Scenario& scenario) {
    EXPECT_THAT(obstacles(scenario), IsEmpty());
    auto world = RealWorld::create(scenario, locks_, {});
    EXPECT_TRUE(world) << to_string(world.error().front());
    const RealRun result = world.value()->run(1);
    EXPECT_THAT(result.trouble, IsEmpty());
    EXPECT_EQ(result.not_run, "");
    return result.history;
  }

  // Who named the lock's owner, and how it ended: "2ms redis-1 named", "1s redis-1 lost".
  std::vector<std::string> ownership(const Scenario& scenario) {
    std::vector<std::string> lines;
    const History history = run(scenario);
    for (const Event& event : history.events) {
      std::string what;
      if (event.kind == EventKind::named) what = "named";
      if (event.kind == EventKind::unnamed) what = to_string(event.cause);
      if (what.empty()) continue;
      lines.push_back(to_string(event.at.time_since_epoch()) + " " +
                      history.subject->nodes[event.node.value()].name + " " + what);
    }
    return lines;
  }

  // When the acquires ended, and how.
  std::vector<std::string> acquires(const Scenario& scenario) {
    std::vector<std::string> lines;
    for (const Event& event : run(scenario).events) {
      if (event.kind != EventKind::complete || event.action != Action::acquire) continue;
      lines.push_back(to_string(event.at.time_since_epoch()) + " " +
                      std::string(to_string(event.outcome)));
    }
    return lines;
  }

  LockRegistry locks_ = builtin_locks();
};

TEST_F(RealReplicaSets, PromotedReplicaKnowsTheOwner) {
  Scenario scenario = one_holder();
  scenario.faults = {at(1s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), ElementsAre("1ms redis-1 named", "1s redis-2 named",
                                               "1.001s redis-1 lost", "10.007s redis-2 released"));
}

TEST_F(RealReplicaSets, PromotedReplicaThatWasCutOffKnowsNothing) {
  Scenario scenario = one_holder();
  scenario.faults = {cut(0s, {"redis-1"}, {"redis-2"}, 3s),
                     at(1s, FaultKind::promote, {"redis-2"})};
  const std::vector<std::string> lines = ownership(scenario);
  EXPECT_THAT(lines, Not(Contains(HasSubstr("redis-2 named"))));
  EXPECT_THAT(lines, Contains(HasSubstr("redis-1 lost")))
      << "the old primary hears of it when the cut ends";
}

TEST_F(RealReplicaSets, ReplicaCatchesUpAfterACut) {
  Scenario scenario = one_holder();
  scenario.faults = {cut(0s, {"redis-1"}, {"redis-2"}, 3s),
                     at(6s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), Contains("6s redis-2 named"));
}

TEST_F(RealReplicaSets, ReplicaThatStartsAgainEmptyGetsEverything) {
  Scenario scenario = one_holder();
  Fault crash = at(500ms, FaultKind::crash, {"redis-2"}, 1s);
  crash.memory_lost = true;
  scenario.faults = {crash, at(6s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), Contains("6s redis-2 named"));
}

TEST_F(RealReplicaSets, PrimaryThatForgetsMakesItsReplicasForget) {
  Scenario scenario = one_holder();
  scenario.faults = {at(1s, FaultKind::crash, {"redis-1"}, 500ms),
                     at(6s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), ElementsAre("1ms redis-1 named", "1.5s redis-1 lost"));
}

TEST_F(RealReplicaSets, PausedReplicaHearsOfItWhenItGoesOn) {
  Scenario scenario = one_holder();
  scenario.faults = {at(0s, FaultKind::pause, {"redis-2"}, 2s),
                     at(3s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), Contains("3s redis-2 named"));
}

TEST_F(RealReplicaSets, AfterAPromotionTheClockOfTheNewPrimaryRules) {
  Scenario scenario = one_holder();
  scenario.clocks["redis-2"].offset = 40s;
  scenario.faults = {at(1s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), ElementsAre("1ms redis-1 named", "1s redis-2 named",
                                               "1s redis-2 expired", "1.001s redis-1 lost"));
}

TEST_F(RealReplicaSets, AnotherReplicaFollowsTheNewPrimary) {
  Scenario scenario = one_holder(2);
  scenario.faults = {at(1s, FaultKind::promote, {"redis-2"}),
                     at(3s, FaultKind::promote, {"redis-3"})};
  const std::vector<std::string> lines = ownership(scenario);
  EXPECT_THAT(lines, Contains("3s redis-3 named"));
  EXPECT_THAT(lines, Contains("3.001s redis-2 lost"));
}

// SET and its reply, WAIT, its question to the replicas and their answers: a millisecond each.
TEST_F(RealReplicaSets, WaitIsAnsweredWhenEnoughReplicasHaveTheWrite) {
  Scenario scenario = one_holder(2);
  scenario.lock.algorithm = "redis_token_wait";
  scenario.lock.acks = 2;
  EXPECT_THAT(acquires(scenario), ElementsAre("6ms ok"));
}

// SET is executed at 1 ms, WAIT 1 500 at 3 ms: at 504 ms the wall clock shows more than their sum.
TEST_F(RealReplicaSets, WaitEndsWithTheCountWhenReplicasLag) {
  Scenario scenario = one_holder(2);
  scenario.lock.algorithm = "redis_token_wait";
  scenario.faults = {cut(0s, {"redis-1"}, {"redis-3"}, 1min)};
  scenario.lock.acks = 1;
  EXPECT_THAT(acquires(scenario), ElementsAre("6ms ok"));
  scenario.lock.acks = 2;
  scenario.lock.wait = 0s;
  EXPECT_THAT(acquires(scenario), ElementsAre("507ms refused"));
}

TEST_F(RealReplicaSets, WaitKeepsNobodyElseOut) {
  Scenario scenario = one_holder(1);
  scenario.lock.algorithm = "redis_token_wait";
  scenario.lock.acks = 1;
  scenario.faults = {cut(0s, {"redis-1"}, {"redis-2"}, 1min)};
  scenario.lock.wait = 0s;
  scenario.clients.push_back({.start = 100ms, .rounds = 1, .hold = fixed(1s)});
  EXPECT_THAT(acquires(scenario), ElementsAre("102ms refused", "507ms refused"));
}

TEST_F(RealReplicaSets, PrimaryWithoutEnoughReplicasRefusesWrites) {
  Scenario scenario = one_holder();
  scenario.servers.min_replicas = 1;
  scenario.servers.max_lag = 2s;
  EXPECT_THAT(acquires(scenario), ElementsAre("2ms ok")) << "they acknowledge each second";
  scenario.faults = {at(0s, FaultKind::crash, {"redis-2"})};
  scenario.clients.front().start = 4s;
  EXPECT_THAT(ownership(scenario), IsEmpty());
}

TEST_F(RealReplicaSets, LagIsCountedInWholeSeconds) {
  Scenario scenario = one_holder();
  scenario.servers.min_replicas = 1;
  scenario.servers.max_lag = 1500ms;
  EXPECT_THAT(obstacles(scenario), ElementsAre(HasSubstr("whole seconds")));
}

}  // namespace
}  // namespace picklock
