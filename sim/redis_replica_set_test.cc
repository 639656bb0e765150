#include "sim/redis_replica_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "sim/world.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

const LockRegistry& locks() {
  static const LockRegistry registry = builtin_locks();
  return registry;
}

DurationSpec fixed(Duration duration) {
  return DurationSpec::constant(duration);
}

// One client that acquires at once and holds the lock for ten seconds; messages take a millisecond.
Scenario one_holder(std::uint32_t replicas = 1) {
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

// Who named the lock's owner, and how it ended: "2ms redis-1 named", "1s redis-1 lost".
std::vector<std::string> ownership(const Scenario& scenario) {
  World world(scenario, locks());
  const RunResult& run = world.run(Choices::random(1), {});
  std::vector<std::string> lines;
  for (const Event& event : run.history.events) {
    std::string what;
    if (event.kind == EventKind::named) what = "named";
    if (event.kind == EventKind::unnamed) what = to_string(event.cause);
    if (what.empty()) continue;
    lines.push_back(to_string(event.at.time_since_epoch()) + " " +
                    run.history.subject->nodes[event.node.value()].name + " " + what);
  }
  return lines;
}

std::vector<Outcome> acquires(const Scenario& scenario) {
  World world(scenario, locks());
  std::vector<Outcome> outcomes;
  for (const Event& event : world.run(Choices::random(1), {}).history.events) {
    const bool ended = event.kind == EventKind::complete && event.action == Action::acquire;
    if (ended) outcomes.push_back(event.outcome);
  }
  return outcomes;
}

TEST(RedisReplicaSet, APromotedReplicaKnowsTheOwner) {
  Scenario scenario = one_holder();
  scenario.faults = {at(1s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), ElementsAre("1ms redis-1 named", "1s redis-2 named",
                                               "1.001s redis-1 lost", "10.007s redis-2 released"));
}

TEST(RedisReplicaSet, APromotedReplicaThatWasCutOffKnowsNothing) {
  Scenario scenario = one_holder();
  scenario.faults = {cut(0s, {"redis-1"}, {"redis-2"}, 3s),
                     at(1s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), Not(Contains(testing::HasSubstr("redis-2 named"))));
  EXPECT_THAT(ownership(scenario), Contains(testing::HasSubstr("redis-1 lost")))
      << "the old primary hears of it when the cut ends";
}

TEST(RedisReplicaSet, AReplicaCatchesUpAfterACut) {
  Scenario scenario = one_holder();
  scenario.faults = {cut(0s, {"redis-1"}, {"redis-2"}, 3s),
                     at(6s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), Contains("6s redis-2 named"));
}

TEST(RedisReplicaSet, AReplicaThatStartsAgainEmptyGetsEverything) {
  Scenario scenario = one_holder();
  Fault crash = at(500ms, FaultKind::crash, {"redis-2"}, 1s);
  crash.memory_lost = true;
  scenario.faults = {crash, at(6s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), Contains("6s redis-2 named"));
}

TEST(RedisReplicaSet, APrimaryThatForgetsMakesItsReplicasForget) {
  Scenario scenario = one_holder();
  scenario.faults = {at(1s, FaultKind::crash, {"redis-1"}, 500ms),
                     at(6s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), ElementsAre("1ms redis-1 named", "1.5s redis-1 lost"));
}

TEST(RedisReplicaSet, AfterAPromotionTheClockOfTheNewPrimaryRules) {
  Scenario scenario = one_holder();
  scenario.clocks["redis-2"].offset = 40s;
  scenario.faults = {at(1s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), ElementsAre("1ms redis-1 named", "1s redis-2 named",
                                               "1s redis-2 expired", "1.001s redis-1 lost"));
}

TEST(RedisReplicaSet, AnotherReplicaFollowsTheNewPrimary) {
  Scenario scenario = one_holder(2);
  scenario.faults = {at(1s, FaultKind::promote, {"redis-2"}),
                     at(3s, FaultKind::promote, {"redis-3"})};
  EXPECT_THAT(ownership(scenario), Contains("3s redis-3 named"));
  EXPECT_THAT(ownership(scenario), Contains("3.001s redis-2 lost"));
}

TEST(RedisReplicaSet, WaitIsAnsweredWhenEnoughReplicasHaveTheWrite) {
  Scenario scenario = one_holder(2);
  scenario.lock.algorithm = "redis_token_wait";
  scenario.lock.acks = 2;
  EXPECT_THAT(acquires(scenario), ElementsAre(Outcome::ok));
}

TEST(RedisReplicaSet, WaitEndsWithTheCountWhenReplicasLag) {
  Scenario scenario = one_holder(2);
  scenario.lock.algorithm = "redis_token_wait";
  scenario.faults = {cut(0s, {"redis-1"}, {"redis-3"}, 1min)};
  scenario.lock.acks = 1;
  EXPECT_THAT(acquires(scenario), ElementsAre(Outcome::ok));
  scenario.lock.acks = 2;
  EXPECT_THAT(acquires(scenario), ElementsAre(Outcome::refused));
}

TEST(RedisReplicaSet, APrimaryWithoutEnoughReplicasRefusesWrites) {
  Scenario scenario = one_holder();
  scenario.servers.min_replicas = 1;
  scenario.servers.max_lag = 2s;
  EXPECT_THAT(acquires(scenario), ElementsAre(Outcome::ok)) << "they acknowledge each second";
  scenario.faults = {at(0s, FaultKind::crash, {"redis-2"})};
  scenario.clients.front().start = 3s;
  EXPECT_THAT(ownership(scenario), IsEmpty());
}

TEST(RedisReplicaSet, AClientGoesWhereItWasToldThatThePrimaryIs) {
  Scenario scenario = one_holder();
  scenario.clients.front().start = 2s;
  scenario.faults = {at(1s, FaultKind::promote, {"redis-2"})};
  EXPECT_THAT(ownership(scenario), ElementsAre("2.001s redis-2 named", "12.007s redis-2 released"));
  scenario.faults.push_back(cut(0s, {"client-1"}, {"redis-2"}, 1min));
  scenario.faults.push_back(cut(0s, {"redis-1"}, {"redis-2"}, 1min));
  EXPECT_THAT(ownership(scenario), Contains("2.001s redis-1 named"))
      << "nobody told it, and nobody told the old primary";
}

}  // namespace
}  // namespace picklock
