#include "sim/world.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "scenarios/loader.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

const LockRegistry& locks() {
  static const LockRegistry registry = builtin_locks();
  return registry;
}

Scenario token_scenario(std::uint32_t clients) {
  Scenario scenario;
  scenario.name = "test";
  scenario.lock.algorithm = "redis_token";
  scenario.servers.kind = "redis";
  for (std::uint32_t i = 0; i < clients; ++i) {
    scenario.clients.push_back({.start = i * 1ms, .rounds = 3});
  }
  scenario.network.delay = {.kind = DurationSpec::Kind::uniform, .min = 200us, .max = 3ms};
  return scenario;
}

Fault fault(FaultKind kind, std::string name, std::vector<std::string> on) {
  Fault fault;
  fault.kind = kind;
  fault.name = std::move(name);
  fault.on = std::move(on);
  return fault;
}

// Every recorded draw by the name of its stream, in order.
std::map<std::string, std::vector<std::uint64_t>> draws_of(const Scenario& scenario) {
  World world(scenario, locks());
  const RunResult& run = world.run(Choices::random(5), {.record_choices = true});
  std::map<std::string, std::vector<std::uint64_t>> draws;
  for (const Choice& choice : run.choices) {
    draws[world.stream_name(choice.stream)].push_back(choice.value);
  }
  return draws;
}

// As far as both drew from a stream, they drew the same.
void expect_same_draws(const std::map<std::string, std::vector<std::uint64_t>>& a,
                       const std::map<std::string, std::vector<std::uint64_t>>& b) {
  int common = 0;
  for (const auto& [stream, values] : a) {
    const auto other = b.find(stream);
    if (other == b.end()) continue;
    ++common;
    const std::size_t length = std::min(values.size(), other->second.size());
    EXPECT_TRUE(std::equal(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(length),
                           other->second.begin()))
        << stream;
  }
  EXPECT_GT(common, 3);
}

TEST(World, FaultsMayBeAnchoredToTheEndAndTheReturnOfAServer) {
  Scenario scenario = token_scenario(1);
  Fault crash = fault(FaultKind::crash, "crash", {"redis-1"});
  crash.when.at = DurationSpec::constant(1ms);
  crash.length = DurationSpec::constant(5ms);
  Fault on_crash = fault(FaultKind::clock_step, "on crash", {"redis-1"});
  on_crash.when = {.kind = Anchor::Kind::after, .node = "redis-1", .point = "crashed"};
  on_crash.by = 1s;
  Fault on_return = on_crash;
  on_return.name = "on return";
  on_return.when.point = "restarted";
  scenario.faults = {crash, on_crash, on_return};
  World world(scenario, locks());
  EXPECT_EQ(world.run(Choices::random(1), {}).strikes, (std::vector<std::uint32_t>{1, 1, 1}));
}

// It crashes in the middle of a step of its own, and what it began there must not find its next life.
TEST(World, AClientThatCrashesWhereItLearnsOfALossStartsAgain) {
  Scenario scenario = token_scenario(2);
  scenario.lock.algorithm = "redis_watchdog";
  scenario.lock.ttl = 300ms;
  scenario.lock.renew = 100ms;
  for (ClientSpec& client : scenario.clients) client.hold = DurationSpec::constant(2s);
  Fault step = fault(FaultKind::clock_step, "step", {"redis-1"});
  step.when = {.kind = Anchor::Kind::after, .node = "client-1", .point = "acquired"};
  step.by = 1s;
  Fault crash = fault(FaultKind::crash, "crash", {"client-1"});
  crash.when = {.kind = Anchor::Kind::after, .node = "client-1", .point = "lost"};
  crash.length = DurationSpec::constant(1ns);
  scenario.faults = {step, crash};
  World world(scenario, locks());
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const RunResult& run = world.run(Choices::random(seed), {});
    EXPECT_EQ(run.strikes, (std::vector<std::uint32_t>{1, 1}));
    EXPECT_TRUE(run.history.complete);
  }
}

TEST(World, TheSameSeedGivesTheSameHistory) {
  World one(token_scenario(3), locks());
  World other(token_scenario(3), locks());
  const RunResult first = one.run(Choices::random(7));
  other.run(Choices::random(8));  // what ran before must not show
  const RunResult& second = other.run(Choices::random(7));
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.history.events, second.history.events);
  EXPECT_FALSE(first.history.events.empty());
}

TEST(World, AnotherSeedGivesAnotherHistory) {
  World world(token_scenario(3), locks());
  const std::uint64_t one = world.run(Choices::random(1)).digest;
  EXPECT_NE(one, world.run(Choices::random(2)).digest);
}

TEST(World, ARecordedRunReplaysToTheBit) {
  World world(token_scenario(3), locks());
  const RunResult random = world.run(Choices::random(9), {.record_choices = true});
  const RunResult& replayed = world.run(Choices::replay(random.choices));
  EXPECT_EQ(random.digest, replayed.digest);
  EXPECT_EQ(random.history.events, replayed.history.events);
}

TEST(World, AddingAClientLeavesTheOthersDrawsUnchanged) {
  expect_same_draws(draws_of(token_scenario(2)), draws_of(token_scenario(3)));
}

TEST(World, AFaultThatNeverFiresChangesNothing) {
  Scenario with = token_scenario(2);
  with.faults.push_back(fault(FaultKind::pause, "never", {"client-1"}));
  with.faults.back().when = {.kind = Anchor::Kind::after, .node = "client-1", .point = "lost"};
  World plain(token_scenario(2), locks());
  World planned(with, locks());
  EXPECT_EQ(plain.run(Choices::random(4)).digest, planned.run(Choices::random(4)).digest);
}

TEST(World, WithoutHistoryTheDigestIsTheSame) {
  World world(token_scenario(2), locks());
  const std::uint64_t digest = world.run(Choices::random(3)).digest;
  const RunResult& bare = world.run(Choices::random(3), {.keep_history = false});
  EXPECT_EQ(bare.digest, digest);
  EXPECT_TRUE(bare.history.events.empty());
}

TEST(World, AnEventBudgetEndsARunAsIncomplete) {
  Scenario scenario = token_scenario(2);
  scenario.max_events = 10;
  World world(scenario, locks());
  EXPECT_FALSE(world.run(Choices::random(1)).history.complete);
}

std::size_t count(const History& history, EventKind kind) {
  return static_cast<std::size_t>(
      std::count_if(history.events.begin(), history.events.end(),
                    [kind](const Event& event) { return event.kind == kind; }));
}

TEST(World, ACrashedClientSaysNothingMore) {
  Scenario scenario = token_scenario(1);
  scenario.faults.push_back(fault(FaultKind::crash, "crash", {"client-1"}));
  scenario.faults.back().when = {
      .kind = Anchor::Kind::after, .node = "client-1", .point = "acquired"};
  World world(scenario, locks());
  const RunResult& run = world.run(Choices::random(1));
  ASSERT_EQ(count(run.history, EventKind::crashed), 1U);
  const auto crash =
      std::find_if(run.history.events.begin(), run.history.events.end(),
                   [](const Event& event) { return event.kind == EventKind::crashed; });
  EXPECT_EQ(std::count_if(crash, run.history.events.end(),
                          [](const Event& event) { return event.kind == EventKind::invoke; }),
            0);
  EXPECT_EQ(run.strikes, std::vector<std::uint32_t>{1});
}

TEST(World, ARestartedClientRunsItsProgramAgain) {
  Scenario scenario = token_scenario(1);
  scenario.faults.push_back(fault(FaultKind::crash, "crash", {"client-1"}));
  scenario.faults.back().length = DurationSpec::constant(1s);
  scenario.faults.back().when = {
      .kind = Anchor::Kind::after, .node = "client-1", .point = "acquired"};
  World world(scenario, locks());
  const RunResult& run = world.run(Choices::random(1));
  EXPECT_EQ(count(run.history, EventKind::restarted), 1U);
  EXPECT_GT(run.grants, 1U);  // once its own key of the earlier life has expired
}

TEST(World, APausedClientDoesNothingMeanwhile) {
  Scenario scenario = token_scenario(1);
  scenario.faults.push_back(fault(FaultKind::pause, "pause", {"client-1"}));
  scenario.faults.back().length = DurationSpec::constant(5s);
  scenario.faults.back().when = {
      .kind = Anchor::Kind::before, .node = "client-1", .point = "write"};
  World world(scenario, locks());
  const RunResult& run = world.run(Choices::random(1));
  TrueTime paused = kNever;
  for (const Event& event : run.history.events) {
    if (event.kind == EventKind::paused) paused = event.at;
    const bool during = paused != kNever && event.at > paused && event.at < paused + 5s;
    EXPECT_FALSE(during && event.kind == EventKind::invoke);
  }
  EXPECT_NE(paused, kNever);
}

TEST(World, ALeaseThatRunsOutIsUnnamedOnTheServersOwnClock) {
  for (const std::int32_t ppm : {-500'000, 0, 500'000}) {
    Scenario scenario = token_scenario(1);
    scenario.clocks["redis-1"] = {.ppm = ppm};
    scenario.clients[0].hold = DurationSpec::constant(40s);
    scenario.clients[0].rounds = 1;
    World world(scenario, locks());
    const RunResult& run = world.run(Choices::random(1));
    TrueTime named{};
    TrueTime unnamed{};
    for (const Event& event : run.history.events) {
      if (event.kind == EventKind::named) named = event.at;
      if (event.kind == EventKind::unnamed && event.cause == Cause::expired) unnamed = event.at;
    }
    const Duration expected = Duration{10s} * 1'000'000 / (1'000'000 + ppm);
    EXPECT_NEAR(static_cast<double>((unnamed - named).count()),
                static_cast<double>(expected.count()), 3e6)
        << ppm;
  }
}

TEST(World, ACutLinkLosesMessagesAndTheCallBecomesUnknown) {
  Scenario scenario = token_scenario(1);
  scenario.lock.wait = 5s;
  scenario.clients[0].rounds = 1;
  scenario.faults.push_back(fault(FaultKind::partition, "cut", {}));
  scenario.faults.back().groups = {{"client-1"}, {"redis-1"}};
  World world(scenario, locks());
  const RunResult& run = world.run(Choices::random(1));
  EXPECT_EQ(run.grants, 0U);
  const Event& last = run.history.events.back();
  EXPECT_EQ(last.kind, EventKind::complete);
  EXPECT_EQ(last.outcome, Outcome::unknown);
}

TEST(World, APartitionThatHoldsDeliversLater) {
  Scenario scenario = token_scenario(1);
  scenario.clients[0].rounds = 1;
  scenario.lock.call_timeout = 10s;
  scenario.faults.push_back(fault(FaultKind::partition, "jam", {}));
  scenario.faults.back().groups = {{"client-1"}, {"redis-1"}};
  scenario.faults.back().hold = true;
  scenario.faults.back().length = DurationSpec::constant(2s);
  World world(scenario, locks());
  const RunResult& run = world.run(Choices::random(1));
  EXPECT_EQ(run.grants, 1U);
  EXPECT_GT(run.simulated, 2s);
}

std::int64_t peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

class LongRuns : public testing::TestWithParam<std::string> {};

// However long clients go on taking and leaving the lock.
TEST_P(LongRuns, StayFlatInMemoryWithoutHistory) {
  const LockInfo& lock = *locks().find(GetParam());
  Scenario scenario = token_scenario(3);
  scenario.lock.algorithm = lock.name;
  scenario.servers.kind = lock.protocol;
  scenario.servers.count = lock.name == "redis_redlock" ? 3 : 1;
  scenario.duration = 24h * 365;
  for (ClientSpec& client : scenario.clients) client.rounds = 1'000'000;
  const auto run = [&](std::uint64_t events) {
    scenario.max_events = events;
    World world(scenario, locks());
    EXPECT_EQ(world.run(Choices::random(1), {.keep_history = false}).events, events);
  };
  run(100'000);  // by now Lua has collected its garbage more than once
  const std::int64_t before = peak_kilobytes();
  run(500'000);
  EXPECT_LT(peak_kilobytes() - before, 512);
}

// But the one whose refused acquires leave znodes behind: with it the service itself grows.
std::vector<std::string> tidy_locks() {
  std::vector<std::string> names = locks().names();
  std::erase(names, "zookeeper_sequential");
  return names;
}

INSTANTIATE_TEST_SUITE_P(OfEveryLock, LongRuns, testing::ValuesIn(tidy_locks()),
                         [](const auto& lock) { return lock.param; });

TEST(World, RunsLeaveNothingBehind) {
  World world(token_scenario(3), locks());
  for (std::uint64_t seed = 0; seed < 500; ++seed) world.run(Choices::random(seed));
  const std::int64_t before = peak_kilobytes();
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) world.run(Choices::random(seed));
  EXPECT_LT(peak_kilobytes() - before, 1'024);
}

// No read, no write; but as long as it is held, nobody else gets the lock.
TEST(World, WithoutAWorkloadClientsOnlyHoldTheLock) {
  Scenario scenario = token_scenario(2);
  scenario.resource.workload = Workload::none;
  for (ClientSpec& client : scenario.clients) client.hold = DurationSpec::constant(2s);
  World world(scenario, locks());
  const auto run = world.run(Choices::random(1), {});
  EXPECT_EQ(count(run.history, EventKind::applied), 0U);
  std::vector<TrueTime> granted;
  for (const Event& event : run.history.events) {
    const bool is_grant = event.kind == EventKind::complete && event.action == Action::acquire;
    if (is_grant && event.outcome == Outcome::ok) granted.push_back(event.at);
  }
  ASSERT_EQ(granted.size(), 6U);
  for (std::size_t i = 1; i < granted.size(); ++i) EXPECT_GE(granted[i] - granted[i - 1], 2s);
}

}  // namespace
}  // namespace picklock
