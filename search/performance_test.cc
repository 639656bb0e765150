#include "search/performance.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "search/sweep.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

const LockRegistry& locks() {
  static const LockRegistry registry = builtin_locks();
  return registry;
}

Scenario scenario_of(const std::string& text) {
  auto loaded = parse_scenario(text, "scenario", vocabulary_of(locks()));
  EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : to_string(loaded.error().front()));
  return loaded->scenario;
}

SweepResult measured(const Scenario& scenario, std::uint64_t seeds, unsigned jobs = 1) {
  SweepOptions options{.last_seed = seeds, .jobs = jobs, .judge = false, .measure = true};
  options.samples = true;
  return sweep(scenario, locks(), options);
}

// --- Histories by hand ------------------------------------------------------------------------------

class Meters : public ::testing::Test {
 protected:
  Meters() {
    auto subject = std::make_shared<Subject>();
    subject->nodes = {{"client-1", Role::client}, {"client-2", Role::client}, {"s", Role::server}};
    run_.history.subject = subject;
  }

  std::uint32_t asks(std::uint32_t client, int ms, Action action = Action::acquire) {
    add(EventKind::invoke, client, ms, action, Outcome::ok, next_);
    return next_++;
  }
  void gets(std::uint32_t client, int ms, Outcome outcome = Outcome::ok) {
    add(EventKind::complete, client, ms, Action::acquire, outcome, next_);
  }
  void releases(std::uint32_t client, int from, int until) {
    asks(client, from, Action::release);
    add(EventKind::complete, client, until, Action::release, Outcome::ok, next_);
  }
  void crashes(std::uint32_t client, int ms) {
    add(EventKind::crashed, client, ms, Action::acquire, Outcome::ok, 0);
  }
  Performance measure(int end) {
    run_.history.end = true_time(0) + std::chrono::milliseconds(end);
    return Meter().measure(run_, true);
  }

 private:
  void add(EventKind kind, std::uint32_t client, int ms, Action action, Outcome outcome,
           std::uint32_t op) {
    run_.history.events.push_back({.at = true_time(0) + std::chrono::milliseconds(ms),
                                   .kind = kind,
                                   .action = action,
                                   .outcome = outcome,
                                   .node = NodeId(client),
                                   .op = OpId(op)});
  }

  RunResult run_;
  std::uint32_t next_ = 0;
};

TEST_F(Meters, AHandOverAndABypass) {
  asks(0, 0);
  asks(1, 1);
  gets(1, 3);
  releases(1, 5, 6);
  gets(0, 9);
  releases(0, 10, 12);
  const Performance sum = measure(20);
  EXPECT_EQ(sum.asked, 2U);
  EXPECT_EQ(sum.granted, 2U);
  EXPECT_EQ(sum.bypasses, 1U);
  EXPECT_EQ(sum.most_bypassed, 1U);
  EXPECT_EQ(sum.waits, (std::vector<Duration>{2ms, 9ms}));
  EXPECT_EQ(sum.hand_offs, (std::vector<Duration>{4ms}));
  EXPECT_EQ(sum.active, 12ms);
  EXPECT_EQ(sum.fairness_millionths, 500'000U) << "client-1 had nothing until client-2 was done";
}

TEST_F(Meters, NobodyIsBypassedInTurn) {
  asks(0, 0);
  asks(1, 1);
  gets(0, 2);
  releases(0, 3, 4);
  gets(1, 5);
  releases(1, 6, 7);
  EXPECT_EQ(measure(8).bypasses, 0U);
}

TEST_F(Meters, AHandOverNeedsSomebodyWhoWaited) {
  asks(0, 0);
  gets(0, 1);
  releases(0, 2, 3);
  asks(1, 4);
  gets(1, 5);
  EXPECT_TRUE(measure(8).hand_offs.empty());
}

TEST_F(Meters, RecoveryCountsFromTheCrash) {
  asks(0, 0);
  gets(0, 1);
  asks(1, 2);
  crashes(0, 4);
  gets(1, 11);
  const Performance sum = measure(20);
  EXPECT_EQ(sum.holder_crashes, 1U);
  EXPECT_EQ(sum.recovered, 1U);
  EXPECT_EQ(sum.recoveries, (std::vector<Duration>{7ms}));
}

TEST_F(Meters, ALockThatDiedWithItsHolderIsNotAvailable) {
  asks(0, 0);
  gets(0, 1);
  asks(1, 2);
  crashes(0, 4);
  const Performance sum = measure(20);
  EXPECT_EQ(sum.holder_crashes, 1U);
  EXPECT_EQ(sum.recovered, 0U);
  EXPECT_EQ(sum.asked, 2U) << "who still waits at the end has asked";
  EXPECT_EQ(sum.granted, 1U);
}

TEST_F(Meters, ALockThatNobodyWantsOwesNothing) {
  asks(0, 0);
  gets(0, 1);
  crashes(0, 4);
  EXPECT_EQ(measure(20).holder_crashes, 0U);
}

TEST_F(Meters, RecoveryCountsFromTheFirstQuestionAfterTheCrash) {
  asks(0, 0);
  gets(0, 1);
  crashes(0, 4);
  asks(1, 9);
  gets(1, 11);
  EXPECT_EQ(measure(20).recoveries, (std::vector<Duration>{2ms}));
}

TEST_F(Meters, WhoCrashedWhileItWaitedAskedForNothing) {
  asks(0, 0);
  crashes(0, 4);
  EXPECT_EQ(measure(20).asked, 0U);
}

TEST(Quantile, IsTheSmallestThatCoversTheShare) {
  const std::vector<Duration> samples{1ns, 2ns, 3ns, 4ns};
  EXPECT_EQ(quantile(samples, 0), 1ns);
  EXPECT_EQ(quantile(samples, 500'000), 2ns);
  EXPECT_EQ(quantile(samples, 500'001), 3ns);
  EXPECT_EQ(quantile(samples, 1'000'000), 4ns);
}

// --- Against closed forms ---------------------------------------------------------------------------

// One way takes d. A round is: ask and hear (2d), read (2d), hold h, write (2d), release (2d).
TEST(ClosedForm, OneClientOnAFixedDelay) {
  const SweepResult swept = measured(scenario_of(R"({
    "name": "one", "about": "test", "lock": { "algorithm": "redis_token", "ttl": "10s" },
    "clients": { "count": 1, "rounds": 100, "hold": "20ms" }, "network": { "delay": "500us" },
    "duration": "60s"
  })"),
                                     3);
  const Performance& sum = swept.performance;
  EXPECT_EQ(sum.runs, 3U);
  EXPECT_EQ(sum.granted, 300U);
  EXPECT_EQ(sum.asked, 300U);
  EXPECT_EQ(sum.active, 300 * (8 * 500us + 20ms));
  EXPECT_EQ(sum.waits, std::vector<Duration>(300, 1ms));
  EXPECT_EQ(sum.lock_messages, 4U * 300U) << "a request and a reply, to ask and to release";
  EXPECT_EQ(sum.server_operations, 2U * 300U);
  EXPECT_TRUE(sum.hand_offs.empty());
  EXPECT_EQ(sum.bypasses, 0U);
  EXPECT_EQ(sum.fairness_millionths, 3U * 1'000'000U);
}

// Redlock asks and releases on each of n servers.
TEST(ClosedForm, FiveServersCostFiveTimesAsMuch) {
  const SweepResult swept = measured(scenario_of(R"({
    "name": "five", "about": "test", "lock": { "algorithm": "redis_redlock", "ttl": "10s" },
    "servers": { "count": 5 },
    "clients": { "count": 1, "rounds": 10, "hold": "20ms" }, "network": { "delay": "500us" },
    "duration": "60s"
  })"),
                                     1);
  EXPECT_EQ(swept.performance.granted, 10U);
  EXPECT_EQ(swept.performance.lock_messages, 5U * 4U * 10U);
  EXPECT_EQ(swept.performance.server_operations, 5U * 2U * 10U);
}

// After the crash of the first holder nobody gets the lock before its lease has run out on the server, one way after
// it was asked for; the next try finds it free.
TEST(ClosedForm, RecoveryTakesTheRestOfTheLeaseAndARetry) {
  const SweepResult swept = measured(scenario_of(R"({
    "name": "crash", "about": "test",
    "lock": { "algorithm": "redis_token", "ttl": "2s", "retry": "100ms", "retry_jitter": "0s" },
    "clients": { "count": 2, "stagger": "1ms" }, "network": { "delay": "500us" },
    "faults": [ { "crash": "client-1", "when": "client-1 acquired" } ],
    "duration": "60s"
  })"),
                                     4);
  const Performance& sum = swept.performance;
  EXPECT_EQ(sum.holder_crashes, 4U);
  EXPECT_EQ(sum.recovered, 4U);
  for (const Duration recovery : sum.recoveries) {
    EXPECT_GE(recovery, 2s - 500us);
    EXPECT_LE(recovery, 2s + 100ms + 1ms);
  }
}

TEST(Measured, DoesNotDependOnTheNumberOfJobs) {
  const Scenario scenario = scenario_of(R"({
    "name": "many", "about": "test", "lock": { "algorithm": "redis_token", "ttl": "10s" },
    "clients": { "count": 5, "rounds": 4, "stagger": "1ms" },
    "network": { "delay": { "uniform": ["200us", "3ms"] } }, "duration": "60s"
  })");
  const Performance one = measured(scenario, 70, 1).performance;
  const Performance two = measured(scenario, 70, 2).performance;
  EXPECT_EQ(one.waits, two.waits);
  EXPECT_EQ(one.hand_offs, two.hand_offs);
  EXPECT_EQ(one.bypasses, two.bypasses);
  EXPECT_EQ(one.fairness_millionths, two.fairness_millionths);
  EXPECT_EQ(one.lock_messages, two.lock_messages);
  EXPECT_GT(one.hand_offs.size(), 100U);
}

TEST(GrantsOverTime, AddUpToTheGrants) {
  const Scenario scenario = scenario_of(R"({
    "name": "two", "about": "test", "lock": { "algorithm": "redis_token", "ttl": "10s" },
    "clients": { "count": 2, "rounds": 10 }, "duration": "60s"
  })");
  World world(scenario, locks());
  const RunResult& run = world.run(Choices::random(1));
  std::uint64_t grants = 0;
  for (const std::uint64_t count : grants_over_time(run.history, 100ms)) grants += count;
  EXPECT_EQ(grants, run.grants);
  EXPECT_EQ(grants, 20U);
}

}  // namespace
}  // namespace picklock
