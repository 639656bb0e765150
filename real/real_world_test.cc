// Facts about histories of real runs: what the servers did, and what became of the processes.
#include "real/real_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "real/obstacles.h"
#include "real/testing/needs_redis.h"
#include "real/testing/real_facts.h"
#include "sim/testing/stream_facts.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Fault fault(FaultKind kind, const char* node, const char* anchor, const char* point,
            Duration length) {
  Fault made;
  made.kind = kind;
  made.name = "the fault";
  made.on = {node};
  made.when = {.kind = Anchor::Kind::after, .node = anchor, .point = point};
  made.length = DurationSpec::constant(length);
  return made;
}

class RealRuns : public NeedsRedis {
 protected:
  static Scenario of_one_client(const char* lock) {
    Scenario scenario;
    scenario.name = "test";
    scenario.lock.algorithm = lock;
    scenario.servers.kind = "redis";
    scenario.clients.assign(1, {});
    return scenario;
  }

  RealRun run(const Scenario& scenario) {
    EXPECT_THAT(obstacles(scenario), IsEmpty());
    auto world = RealWorld::create(scenario, locks_, {});
    EXPECT_TRUE(world) << to_string(world.error().front());
    RealRun result = world.value()->run(1);
    EXPECT_THAT(result.trouble, IsEmpty());
    return result;
  }

  // What the servers said of the lock, in order.
  static std::vector<EventKind> of_servers(const History& history) {
    std::vector<EventKind> kinds;
    for (const Event& event : history.events) {
      const EventKind kind = event.kind;
      const bool speaks =
          kind == EventKind::named || kind == EventKind::renewed || kind == EventKind::unnamed;
      if (speaks) kinds.push_back(kind);
    }
    return kinds;
  }
  static const Event& last(const History& history, EventKind kind) {
    const auto found = std::find_if(history.events.rbegin(), history.events.rend(),
                                    [&](const Event& event) { return event.kind == kind; });
    EXPECT_NE(found, history.events.rend());
    return *found;
  }

  LockRegistry locks_ = builtin_locks();
};

TEST_F(RealRuns, OneClientTakesWritesAndReleases) {
  const RealRun result = run(of_one_client("redis_token"));
  EXPECT_EQ(result.grants, 1);
  EXPECT_THAT(of_servers(result.history), ElementsAre(EventKind::named, EventKind::unnamed));
  EXPECT_EQ(last(result.history, EventKind::unnamed).cause, Cause::released);
  EXPECT_EQ(last(result.history, EventKind::applied).value, 1);
  EXPECT_TRUE(std::ranges::is_sorted(result.history.events, {}, &Event::at));
}

TEST_F(RealRuns, WatchdogRenewsOnTheServer) {
  Scenario scenario = of_one_client("redis_watchdog");
  scenario.clients.front().hold = DurationSpec::constant(7s);
  EXPECT_THAT(
      of_servers(run(scenario).history),
      ElementsAre(EventKind::named, EventKind::renewed, EventKind::renewed, EventKind::unnamed));
}

// The lease of a holder that crashed ends when it was to end, on the server's own clock.
TEST_F(RealRuns, LeaseOfTheDeadEndsInTime) {
  Scenario scenario = of_one_client("redis_token");
  scenario.clients.push_back({.start = 50ms});
  scenario.faults = {fault(FaultKind::crash, "client-1", "client-1", "acquired", kForever)};
  const History history = run(scenario).history;
  const auto named = std::ranges::find(history.events, EventKind::named, &Event::kind);
  const auto expired = std::ranges::find(history.events, Cause::expired, &Event::cause);
  ASSERT_NE(expired, history.events.end());
  EXPECT_GE(expired->at - named->at, 10s);
  EXPECT_LT(expired->at - named->at, 11s);
  EXPECT_EQ(last(history, EventKind::unnamed).cause, Cause::released) << "by client-2";
}

TEST_F(RealRuns, ClockOfTheServerIsInTheHandsOfTheScenario) {
  Scenario scenario = of_one_client("redis_token");
  scenario.clients.front().hold = DurationSpec::constant(1s);
  Fault jump = fault(FaultKind::clock_step, "redis-1", "client-1", "acquired", kForever);
  jump.by = 20s;
  scenario.faults = {jump};
  const RealRun result = run(scenario);
  EXPECT_THAT(result.strikes, ElementsAre(1));
  EXPECT_EQ(last(result.history, EventKind::unnamed).cause, Cause::expired);
}

// The lock's fate in a restart of its server is that of the append-only file.
TEST_F(RealRuns, AppendOnlyFileDecidesWhatARestartForgets) {
  for (const AofPolicy policy : {AofPolicy::off, AofPolicy::always, AofPolicy::everysec}) {
    Scenario scenario = of_one_client("redis_token");
    scenario.servers.aof = policy;
    scenario.clients.front().hold = DurationSpec::constant(1s);
    scenario.faults = {fault(FaultKind::crash, "redis-1", "client-1", "acquired", 100ms)};
    const Cause cause = last(run(scenario).history, EventKind::unnamed).cause;
    EXPECT_EQ(cause, policy == AofPolicy::off ? Cause::lost : Cause::released);
  }
}

TEST_F(RealRuns, StoppedProcessExecutesNothing) {
  Scenario scenario = of_one_client("redis_token");
  scenario.faults = {fault(FaultKind::pause, "client-1", "client-1", "acquired", 14s)};
  const History history = run(scenario).history;
  const TrueTime from = last(history, EventKind::paused).at;
  const TrueTime until = last(history, EventKind::resumed).at;
  EXPECT_GE(until - from, 14s);
  for (const Event& event : history.events) {
    if (event.node == NodeId(0) && event.kind == EventKind::invoke) {
      EXPECT_FALSE(from < event.at && event.at < until);
    }
  }
}

// Neither the machine nor the kernel's order of waking decides: the same seed is the same run.
TEST_F(RealRuns, SameSeedGivesTheSameEvents) {
  Scenario scenario = of_one_client("redis_token");
  scenario.clients.assign(3, {});
  for (ClientSpec& client : scenario.clients) client.rounds = 2;
  scenario.network.delay = {.kind = DurationSpec::Kind::uniform, .min = 100us, .max = 3ms};
  scenario.faults = {fault(FaultKind::pause, "client-2", "client-2", "acquired", 14s)};
  auto world = RealWorld::create(scenario, locks_, {});
  ASSERT_TRUE(world) << to_string(world.error().front());
  const RealRun first = world.value()->run(7);
  EXPECT_EQ(first.grants, 6);
  EXPECT_EQ(world.value()->run(7).history.events, first.history.events);
  EXPECT_NE(world.value()->run(8).history.events, first.history.events);
}

// A server's last words before its crash reach the client, and then the news of the crash does.
TEST_F(RealRuns, ReplyThatWasSentBeforeACrashArrives) {
  Scenario scenario = of_one_client("redis_token");
  scenario.faults = {fault(FaultKind::crash, "redis-1", "redis-1", "SET", 100us)};
  scenario.faults.front().when.delay = DurationSpec::constant(100us);
  const RealRun result = run(scenario);
  EXPECT_EQ(result.grants, 1);
  EXPECT_EQ(last(result.history, EventKind::unnamed).cause, Cause::lost);
}

TEST_F(RealRuns, MessagesSufferWhatTheySufferInTheSimulator) {
  expect_real(stream_facts());
}

TEST_F(RealRuns, RestartedClientBeginsAnew) {
  Scenario scenario = of_one_client("redis_token");
  scenario.faults = {fault(FaultKind::crash, "client-1", "client-1", "acquired", 20s)};
  EXPECT_EQ(run(scenario).grants, 2);
}

// It would keep the requests of all others out; to find out would need the answer.
TEST_F(RealRuns, CommandThatWaitsInsideTheServerIsRefused) {
  const RealRun result = run(of_one_client("redis_token_wait"));
  EXPECT_THAT(result.not_run, HasSubstr("WAIT"));
  EXPECT_EQ(run(of_one_client("redis_token")).not_run, "");
}

// Its acquire neither returns nor waits.
class LockThatSpins final : public Lock {
 public:
  Task<Acquired> acquire() override {
    while (true) {
    }
    co_return Refused{};
  }
  Task<Released> release(Grant /*grant*/) override { co_return Released::unknown; }
  OwnerRule owner_rule() const override { return {.path = "lock"}; }
};

TEST_F(RealRuns, ClientThatNeverAnswersIsNamedAndTheHistoryStays) {
  locks_.add({.name = "spins",
              .protocol = "redis",
              .make = [](Environment&, const LockOptions&) -> std::unique_ptr<Lock> {
                return std::make_unique<LockThatSpins>();
              }});
  auto world = RealWorld::create(of_one_client("spins"), locks_, {.patience = 1s});
  ASSERT_TRUE(world) << to_string(world.error().front());
  const RealRun run = world.value()->run(1);
  ASSERT_THAT(run.trouble, Not(IsEmpty()));
  EXPECT_EQ(run.trouble.front().expected, "expected an answer of client-1 within 1 s");
  EXPECT_FALSE(run.history.complete);
  EXPECT_THAT(run.history.events, Not(IsEmpty())) << "it has begun to acquire";
}

TEST(Obstacles, OfAMessageThatArrivesTwice) {
  Scenario scenario;
  scenario.servers.kind = "redis";
  Fault twice;
  twice.kind = FaultKind::duplicate;
  twice.message = {.from = "client-1", .to = "redis-1", .what = "DEL"};
  scenario.faults = {twice};
  EXPECT_THAT(obstacles(scenario), IsEmpty());
  scenario.servers.replicas = 1;
  EXPECT_EQ(obstacles(scenario).size(), 1);
  scenario.faults.front().message.to = "resource";
  EXPECT_THAT(obstacles(scenario), IsEmpty());
  scenario.servers = {.kind = "zookeeper"};
  scenario.faults.front().message = {.from = "client-1", .to = "zookeeper-1", .what = "create"};
  EXPECT_THAT(obstacles(scenario), IsEmpty());
  scenario.faults.front().message.what = "connect";
  EXPECT_EQ(obstacles(scenario).size(), 1);
}

TEST(Obstacles, AreNamed) {
  Scenario scenario;
  scenario.servers.kind = "etcd";
  scenario.network.datagrams = true;
  EXPECT_EQ(obstacles(scenario).size(), 2);
  scenario.network.any_order = true;
  EXPECT_EQ(obstacles(scenario).size(), 3);
}

}  // namespace
}  // namespace picklock
