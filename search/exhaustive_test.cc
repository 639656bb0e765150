#include "search/exhaustive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "search/explore.h"
#include "search/testing/scenario_files.h"

namespace picklock {
namespace {

using testing::load_text;
using testing::locks;
using testing::why_broken;

LoadedScenario clients_of(const std::string& lock, int clients, const std::string& more) {
  return load_text(R"({ "name": "small", "lock": { "algorithm": ")" + lock +
                   R"(", "wait": "0s" }, "duration": "40s",
                   "clients": { "count": )" +
                   std::to_string(clients) + R"(, "hold": "1ms" })" + more + "}");
}

Exploration exhaust(const std::string& property, const LoadedScenario& loaded,
                    ExploreOptions options) {
  options.strategy = Strategy::exhaustive;
  options.properties = {property};
  return explore(loaded, locks(), options);
}

void expect_breaks(const Exploration& explored) {
  ASSERT_TRUE(explored.found);
  const Found& found = *explored.found;
  EXPECT_NE(why_broken(found.loaded.scenario, found.choices, found.property), "");
}

TEST(Exhaustive, WhatItFindsReplays) {
  expect_breaks(exhaust("belief-exclusion", clients_of("redis_lua_compare", 2, ""), {.faults = 0}));
}

TEST(Exhaustive, SaysWhenNothingIsLeft) {
  const Exploration explored = exhaust("belief-exclusion", clients_of("redis_token", 2, ""),
                                       {.faults = 0, .drop_orders = false});
  EXPECT_FALSE(explored.found);
  EXPECT_TRUE(explored.complete);
  EXPECT_GT(explored.states, 10U);
  EXPECT_GE(explored.runs, explored.states / explored.depth);
}

TEST(Exhaustive, ABudgetThatEndsIsNoProof) {
  const Exploration explored = exhaust("belief-exclusion", clients_of("redis_token", 2, ""),
                                       {.faults = 0, .budget = 5, .drop_orders = false});
  EXPECT_FALSE(explored.complete);
  EXPECT_EQ(explored.runs, 5U);
}

// Three servers, a majority of which decides, and clients that try once.
LoadedScenario redlock_of(int clients, const std::string& more) {
  const std::string scenario =
      R"({ "name": "small", "lock": { "algorithm": "redis_redlock", "wait": "0s" },
      "servers": { "kind": "redis", "count": 3, "aof": "off" }, "duration": "40s",
      "clients": { "count": )";
  return load_text(scenario + std::to_string(clients) + R"(, "hold": "0s" })" + more + "}");
}

TEST(Exhaustive, ClientsAndServersThatAreAlikeAreTriedOnce) {
  ExploreOptions options{.faults = 0, .budget = 1'000'000};
  const LoadedScenario redlock = redlock_of(2, "");
  const Exploration alike = exhaust("belief-exclusion", redlock, options);
  options.symmetry = false;
  const Exploration named = exhaust("belief-exclusion", redlock, options);
  EXPECT_TRUE(alike.complete);
  EXPECT_TRUE(named.complete);
  // A state stands for as many as there are namings of two clients and three servers, or for fewer when some of
  // these change nothing about it.
  EXPECT_LE(named.states, 12 * alike.states);
  EXPECT_GE(named.states, 9 * alike.states);
}

TEST(Exhaustive, OrdersThatComeToTheSameAreTriedOnce) {
  ExploreOptions options{.faults = 0, .budget = 1'000'000};
  const LoadedScenario redlock = redlock_of(2, "");
  const Exploration few = exhaust("belief-exclusion", redlock, options);
  options.drop_orders = false;
  const Exploration all = exhaust("belief-exclusion", redlock, options);
  EXPECT_TRUE(few.complete);
  EXPECT_TRUE(all.complete);
  EXPECT_LT(few.runs, all.runs / 2);
}

// A server that forgets takes one restart; no order alone does it.
TEST(Exhaustive, FindsTheRestartThatForgets) {
  ExploreOptions options{.faults = 1, .budget = 1'000'000};
  options.kinds = {FaultKind::crash};
  const std::string forgetful = R"(, "servers": { "kind": "redis", "aof": "off" })";
  for (const bool symmetry : {true, false}) {
    options.symmetry = symmetry;
    const Exploration explored =
        exhaust("belief-exclusion", clients_of("redis_token", 2, forgetful), options);
    expect_breaks(explored);
    EXPECT_EQ(explored.found->faults, 1U);
    EXPECT_EQ(explored.none_below, 0U) << "the plan without it was not tried to its end";
    EXPECT_GE(explored.none_below_deviations, 1U) << "but all that deviates in nothing was";
  }
}

// A server that forgets, and the holder that stands by while another client acquires: that is two.
TEST(Exhaustive, FewDeviationsComeFirst) {
  ExploreOptions options{.faults = 1, .kinds = {FaultKind::crash}};
  const Exploration explored = exhaust("belief-exclusion", redlock_of(2, ""), options);
  expect_breaks(explored);
  EXPECT_EQ(explored.found->faults, 1U);
  EXPECT_EQ(explored.none_below_deviations, 2U);
}

// Those with fewer are all tried before; of those with as many some are drawn before the others are tried in turn.
TEST(Exhaustive, OneWithFewestDeviationsIsDrawnBeforeAllAreTried) {
  ExploreOptions options{.faults = 1, .budget = 1'000'000, .kinds = {FaultKind::crash}};
  std::uint64_t fewest = options.budget;
  std::uint64_t most = 0;
  for (options.seed = 1; options.seed <= 6; ++options.seed) {
    const Exploration explored = exhaust("belief-exclusion", redlock_of(3, ""), options);
    expect_breaks(explored);
    EXPECT_EQ(explored.none_below_deviations, 2U);
    fewest = std::min(fewest, explored.runs);
    most = std::max(most, explored.runs);
  }
  EXPECT_LT(fewest, most / 2);
}

// Whether what strikes is decided in the run or before it, the same comes of it.
TEST(Exhaustive, AFaultThatStruckIsOneOfThePlan) {
  for (const FaultKind kind : {FaultKind::crash, FaultKind::clock_step, FaultKind::clock_freeze}) {
    const ExploreOptions options{.faults = 1, .budget = 1'000'000, .kinds = {kind}};
    const Exploration explored = exhaust(
        "belief-exclusion",
        clients_of("redis_token", 2, R"(, "servers": { "kind": "redis", "aof": "off" })"), options);
    EXPECT_TRUE(explored.found || explored.complete);
    if (!explored.found) continue;
    expect_breaks(explored);
    const Scenario& plan = explored.found->loaded.scenario;
    ASSERT_EQ(plan.faults.size(), 1U);
    EXPECT_EQ(plan.faults.front().kind, kind);
    EXPECT_NE(plan.faults.front().when.kind, Anchor::Kind::time);
  }
}

// What an order any scenario may ask for shows in plain runs.
TEST(DrawnOrder, IsAChoiceLikeAnyOther) {
  const LoadedScenario loaded =
      clients_of("redis_token", 3, R"(, "network": { "delay": "0s", "order": "any" })");
  const Recording dull = replay_run(loaded.scenario, locks(), {});
  EXPECT_THAT(dull.choices, ::testing::IsEmpty());
  std::set<std::uint64_t> digests{dull.digest};
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Recording run = record_run(loaded.scenario, locks(), seed);
    EXPECT_EQ(replay_run(loaded.scenario, locks(), run.choices).digest, run.digest);
    digests.insert(run.digest);
    for (std::size_t i = 1; i < run.history.events.size(); ++i) {
      EXPECT_LE(run.history.events[i - 1].at, run.history.events[i].at);
    }
  }
  EXPECT_GT(digests.size(), 10U);
}

struct Small {
  std::string lock;
  std::string property;
  std::string more;
  std::uint32_t faults = 0;
  std::vector<FaultKind> kinds;
};
void PrintTo(const Small& small, std::ostream* out) {
  *out << small.lock << " " << small.property << " " << small.faults;
}

class Pruned : public ::testing::TestWithParam<Small> {};

// What is cut changes how much is carried out, never what comes of it.
TEST_P(Pruned, ComesToTheSame) {
  const Small& small = GetParam();
  const LoadedScenario loaded = clients_of(small.lock, 2, small.more);
  ExploreOptions options{.faults = small.faults, .budget = 2'000'000, .kinds = small.kinds};
  const Exploration pruned = exhaust(small.property, loaded, options);
  options.drop_orders = false;
  const Exploration ordered = exhaust(small.property, loaded, options);
  options.symmetry = false;
  const Exploration asymmetric = exhaust(small.property, loaded, options);
  options.prune_states = false;
  const Exploration plain = exhaust(small.property, loaded, options);
  ASSERT_TRUE(plain.found || plain.complete) << "too large to compare with";
  for (const Exploration* one : {&pruned, &ordered, &asymmetric}) {
    EXPECT_EQ(one->found.has_value(), plain.found.has_value());
    EXPECT_EQ(one->complete, plain.complete);
    EXPECT_EQ(one->none_below, plain.none_below);
  }
  if (plain.complete) {
    EXPECT_LE(pruned.runs, ordered.runs);
    EXPECT_LE(ordered.runs, asymmetric.runs);
    EXPECT_LT(asymmetric.runs, plain.runs);
  }
}

// Every lock that its clients talk to in few words, and every property that is looked for in a way of its own.
std::vector<Small> without_faults() {
  std::vector<Small> all;
  for (const char* lock : {"redis_setnx", "redis_set_then_exists", "redis_set_nx",
                           "redis_get_then_delete", "redis_token", "redis_fenced"}) {
    for (const char* property : {"server-exclusion", "belief-exclusion",
                                 "diligent-belief-exclusion", "no-lost-update", "release-safety"}) {
      all.push_back({lock, property, "", 0, {}});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Orders, Pruned, ::testing::ValuesIn(without_faults()));
INSTANTIATE_TEST_SUITE_P(
    Faults, Pruned,
    ::testing::Values(Small{"redis_token", "resource-linearizability", "", 0, {}},
                      Small{"redis_token", "belief-exclusion", "", 1, {FaultKind::crash}},
                      Small{"redis_token", "no-lost-update", "", 1, {FaultKind::pause}}));

}  // namespace
}  // namespace picklock
