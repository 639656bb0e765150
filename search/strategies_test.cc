// Why there are several strategies: for each a question to which the others find no answer in as many runs.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "search/explore.h"
#include "search/testing/scenario_files.h"

namespace picklock {
namespace {

using testing::load_text;
using testing::locks;

constexpr std::uint64_t kSeeds = 12;

struct Question {
  std::string scenario;
  std::string property;
  std::uint32_t faults = 0;
  std::vector<FaultKind> kinds;
  std::uint64_t budget = 0;
};

Exploration ask(const Question& question, Strategy strategy, std::uint64_t seed) {
  return explore(load_text(question.scenario), locks(),
                 {.strategy = strategy,
                  .faults = question.faults,
                  .budget = question.budget,
                  .seed = seed,
                  .kinds = question.kinds,
                  .properties = {question.property}});
}

// From how many of the seeds it finds a violation in time. What draws nothing finds the same from all.
std::uint64_t answers(const Question& question, Strategy strategy) {
  const bool draws = strategy != Strategy::bounded && strategy != Strategy::exhaustive;
  if (!draws) return ask(question, strategy, 1).found ? kSeeds : 0;
  std::uint64_t found = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    if (ask(question, strategy, seed).found) ++found;
  }
  return found;
}

void expect_best(const Question& question, Strategy best, const std::vector<Strategy>& others) {
  const std::uint64_t found = answers(question, best);
  EXPECT_GE(found, kSeeds / 2);
  for (const Strategy other : others) {
    EXPECT_LE(2 * answers(question, other), found) << static_cast<int>(other);
  }
}

using enum Strategy;
using enum FaultKind;

// The late write must fall between the read and the write of the next holder, a millisecond after it. No timer of the
// scenario says when that is; the events of the run do.
Question moment_within(std::uint64_t budget) {
  return {.scenario = R"({ "name": "moment", "lock": { "algorithm": "redis_fenced", "ttl": "10s" },
                           "resource": { "fencing": "on_write" }, "duration": "60s",
                           "clients": { "count": 2, "stagger": "1ms", "hold": "1ms" } })",
          .property = "no-lost-update",
          .faults = 1,
          .kinds = {pause, delay, partition, reset},
          .budget = budget};
}

// The portfolio begins with the bounded search.
TEST(Strategies, BoundedHitsAMomentThatOnlyTheRunTells) {
  const Question question = moment_within(400);
  expect_best(question, bounded, {random, swarm, pct, exhaustive});
  EXPECT_EQ(answers(question, portfolio), kSeeds);
}

// A majority of servers that forget, where a slow network lets nobody acquire. (The exhaustive search is not asked: it
// knows a quick network alone.)
std::string forgetful(const std::string& retry) {
  return R"({ "name": "forgetful", "servers": { "kind": "redis", "count": 3 }, "duration": "4s",
              "lock": { "algorithm": "redis_redlock", "ttl": "10s", "call_timeout": "50ms", "retry": ")" +
         retry + R"(" },
              "clients": { "count": 2, "stagger": "1ms", "hold": "1s" },
              "network": { "transport": "datagrams", "delay": { "uniform": ["500us", "3s"] } } })";
}

// No fault but a crash is of any use, and it takes two of them: best drawn where the other kinds are off.
Question crashes_within(std::uint64_t budget) {
  return {.scenario = forgetful("500ms"),
          .property = "diligent-belief-exclusion",
          .faults = 4,
          .kinds = {crash, duplicate, reset, reorder, pause, clock_freeze},
          .budget = budget};
}

TEST(Strategies, SwarmRepeatsOneKind) {
  expect_best(crashes_within(700), swarm, {random, pct, bounded, portfolio});
}

// Crashes, losses, delays and cuts add up: best drawn where all kinds are on.
TEST(Strategies, RandomMixesKinds) {
  expect_best(
      {.scenario = forgetful("100ms"),
       .property = "diligent-belief-exclusion",
       .faults = 7,
       .kinds = {crash, delay, reset, partition, lose, duplicate, reorder, pause, clock_freeze},
       .budget = 160},
      random, {swarm, pct, bounded, portfolio});
}

// A client takes that long only if all its messages do, one after the other: a slow link, not a slow message.
TEST(Strategies, PctKeepsALinkSlow) {
  expect_best(
      {.scenario =
           R"({ "name": "slow", "servers": { "kind": "zookeeper", "session_timeout": "40s" },
                 "lock": { "algorithm": "zookeeper_recipe", "call_timeout": "30s", "wait": "200s" },
                 "clients": { "count": 2, "rounds": 6, "stagger": "1ms" },
                 "network": { "delay": { "uniform": ["0s", "1s"] } },
                 "duration": "600s", "progress": "8s" })",
       .property = "deadlock-freedom",
       .budget = 60},
      pct, {random, swarm, bounded, portfolio, exhaustive});
}

// Whoever does not know which of the two it is asked finds something with the portfolio alone.
TEST(Strategies, PortfolioAnswersWhereEachOtherMissesOne) {
  constexpr std::uint64_t kBudget = 5'000;
  const Question moment = moment_within(kBudget);
  const Question crashes = crashes_within(kBudget);
  EXPECT_EQ(answers(moment, portfolio), kSeeds);
  EXPECT_GE(answers(crashes, portfolio), kSeeds / 2);
  EXPECT_EQ(answers(crashes, bounded), 0U);
  for (const Strategy other : {swarm, random, pct}) {
    EXPECT_LE(answers(moment, other), kSeeds / 4) << static_cast<int>(other);
  }
}

// Nobody else can say that no order breaks the lock.
TEST(Strategies, ExhaustiveProves) {
  const Question question{.scenario = R"({ "name": "safe", "duration": "40s",
                            "lock": { "algorithm": "redis_redlock", "wait": "0s" },
                            "servers": { "kind": "redis", "count": 3 },
                            "clients": { "count": 2, "hold": "0s" },
                            "network": { "delay": "0s", "order": "any" } })",
                          .property = "belief-exclusion",
                          .budget = 2'000};
  const Exploration proof = ask(question, exhaustive, 1);
  EXPECT_TRUE(proof.complete);
  EXPECT_GT(proof.states, 1'000U);
  for (const Strategy sampling : {random, swarm, pct}) {
    const Exploration samples = ask(question, sampling, 1);
    EXPECT_FALSE(samples.found || samples.complete);
    EXPECT_EQ(samples.runs, question.budget);
  }
  EXPECT_EQ(ask(question, bounded, 1).runs, 1U) << "there is one dull run, in one order";
}

}  // namespace
}  // namespace picklock
