#include "search/explore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "scenarios/fault_json.h"
#include "search/placements.h"
#include "search/testing/scenario_files.h"
#include "search/vocabulary.h"
#include "sim/world.h"

namespace picklock {
namespace {

using ::testing::IsEmpty;
using testing::load_file;
using testing::load_text;
using testing::locks;
using testing::why_broken;

// Nobody plans a fault here.
LoadedScenario two_clients(const std::string& lock, const std::string& more) {
  return load_text(R"({ "name": "quiet", "lock": { "algorithm": ")" + lock + R"(", "ttl": "10s" },
    "clients": { "count": 2, "stagger": "1ms" }, "duration": "40s")" +
                   more + "}");
}

Exploration look_for(const std::string& property, const LoadedScenario& loaded,
                     ExploreOptions options) {
  options.properties = {property};
  return explore(loaded, locks(), options);
}

void expect_breaks(const Exploration& explored) {
  ASSERT_TRUE(explored.found);
  const Found& found = *explored.found;
  EXPECT_NE(why_broken(found.loaded.scenario, found.choices, found.property), "");
  EXPECT_EQ(found.loaded.scenario.faults.size(), found.faults);
}

TEST(Explore, FindsThePauseThatOutlastsTheLease) {
  const Exploration explored = look_for("no-lost-update", two_clients("redis_token", ""),
                                        {.strategy = Strategy::bounded, .faults = 1});
  expect_breaks(explored);
  EXPECT_EQ(explored.found->faults, 1U);
  EXPECT_EQ(explored.none_below, 1U) << "the dull run was tried, and holds";
  EXPECT_EQ(explored.found->by, Strategy::bounded);
  EXPECT_FALSE(explored.complete) << "it ended with the violation";
}

TEST(Explore, SaysThatNoSingleFaultSuffices) {
  // The fence stops who was paused, and the server remembers it.
  const LoadedScenario fenced = two_clients(
      "redis_fenced",
      R"(, "resource": { "fencing": "first_operation" }, "servers": { "kind": "redis", "aof": "always" })");
  const ExploreOptions one{
      .strategy = Strategy::bounded, .faults = 1, .kinds = {FaultKind::pause, FaultKind::crash}};
  const Exploration alone = look_for("no-lost-update", fenced, one);
  EXPECT_FALSE(alone.found);
  EXPECT_TRUE(alone.complete);
  EXPECT_EQ(alone.none_below, 2U);
}

TEST(Explore, ABudgetThatEndsIsNoProof) {
  const Exploration explored = look_for(
      "server-exclusion", two_clients("redis_token", ""),
      {.strategy = Strategy::bounded, .faults = 2, .budget = 50, .kinds = {FaultKind::pause}});
  EXPECT_FALSE(explored.found);
  EXPECT_FALSE(explored.complete);
  EXPECT_EQ(explored.runs, 50U);
}

TEST(Explore, SaysHowFarItHasCome) {
  for (const Strategy strategy : {Strategy::bounded, Strategy::exhaustive}) {
    double last = 0;
    std::uint64_t calls = 0;
    const ExploreOptions options{.strategy = strategy,
                                 .faults = 1,
                                 .kinds = {FaultKind::crash},
                                 .progress = [&](const Exploration& so_far) {
                                   EXPECT_EQ(so_far.runs, calls++);
                                   EXPECT_LE(so_far.trying, 1U);
                                   EXPECT_LE(so_far.done, 1);
                                   if (so_far.trying == 1) last = so_far.done;
                                 }};
    const Exploration explored =
        look_for("server-exclusion",
                 two_clients("redis_token", R"(, "servers": { "kind": "redis", "aof": "always" })"),
                 options);
    EXPECT_TRUE(explored.complete);
    EXPECT_EQ(explored.runs, calls);
    EXPECT_GT(last, 0.5);
    EXPECT_EQ(explored.done, 1);
    EXPECT_EQ(explored.trying, 1U);
    EXPECT_GT(explored.depth, 10U);
  }
}

TEST(Explore, TellsSamplesThatCameUpBeforeFromNewOnes) {
  const Exploration explored =
      look_for("server-exclusion",
               two_clients("redis_token", R"(, "servers": { "kind": "redis", "aof": "always" })"),
               {.strategy = Strategy::random,
                .faults = 1,
                .budget = 3'000,
                .kinds = {FaultKind::clock_rate}});
  EXPECT_EQ(explored.sampled, 2'999U) << "all but the dull run";
  EXPECT_LT(explored.different, explored.sampled);
  EXPECT_LE(explored.once, explored.different);
}

TEST(Explore, ARunThatNeedsNoFaultIsTheFirst) {
  const Exploration explored =
      look_for("deadlock-freedom", load_file("zookeeper_sequential_abandoned"), {});
  expect_breaks(explored);
  EXPECT_EQ(explored.runs, 1U);
  EXPECT_EQ(explored.none_below, 0U);
}

TEST(Explore, LivenessIsNotJudgedInAWorldThatStaysBroken) {
  const LoadedScenario quiet = two_clients("redis_token", R"(, "progress": "20s")");
  const Exploration explored =
      look_for("deadlock-freedom", quiet,
               {.strategy = Strategy::bounded, .faults = 1, .kinds = {FaultKind::partition}});
  EXPECT_FALSE(explored.found);
  EXPECT_TRUE(explored.complete);
}

TEST(Explore, IsTheSameEveryTime) {
  for (const Strategy strategy : {Strategy::random, Strategy::swarm, Strategy::pct}) {
    const LoadedScenario quiet = load_file("redis_token_quiet");
    const ExploreOptions options{.strategy = strategy, .budget = 5'000};
    const Exploration once = look_for("no-lost-update", quiet, options);
    const Exploration twice = look_for("no-lost-update", quiet, options);
    expect_breaks(once);
    EXPECT_EQ(once.runs, twice.runs);
    EXPECT_EQ(once.found->choices, twice.found->choices);
    EXPECT_EQ(once.found->loaded.json, twice.found->loaded.json);
  }
}

TEST(Explore, StopsWhenItIsTold) {
  const std::atomic<bool> stop = true;
  const Exploration explored =
      look_for("server-exclusion", two_clients("redis_token", ""), {.stop = &stop});
  EXPECT_TRUE(explored.interrupted);
  EXPECT_EQ(explored.runs, 0U);
}

// Whatever is placed can be written down as a scenario, and read again as the same fault.
TEST(Placements, AreFaultsOfAScenario) {
  std::size_t seen = 0;
  for (const std::string& file : testing::scenario_files()) {
    const LoadedScenario loaded = load_file(file);
    World world(loaded.scenario, locks());
    std::vector<Occasion> occasions;
    world.run(Choices::replay({}), {.occasions = &occasions});
    const Placements placements(loaded.scenario, {});
    for (const Placement& placement : placements.at(occasions)) {
      if (++seen % 101 != 0) continue;  // reading a scenario takes longer than carrying it out
      Fault fault = placement.lasts ? Placements::lasting(placement, std::chrono::milliseconds(7))
                                    : placement.fault;
      const auto plan = with_faults(loaded, std::span(&fault, 1), vocabulary_of(locks()));
      ASSERT_TRUE(plan) << file << ": " << fault_json(fault) << "\n"
                        << to_string(plan.error().front());
      const Fault& read = plan->scenario.faults.back();
      fault.name = read.name;
      EXPECT_EQ(read, fault) << file << ": " << fault_json(fault);
    }
  }
  EXPECT_GT(seen, 10'000U);
}

TEST(Placements, ToLookForThemChangesNothing) {
  for (const std::string file : {"redis_redlock_quiet", "zookeeper_herd_quiet"}) {
    const LoadedScenario loaded = load_file(file);
    World world(loaded.scenario, locks());
    const std::uint64_t digest = world.run(Choices::random(1)).digest;
    std::vector<Occasion> occasions;
    EXPECT_EQ(world.run(Choices::random(1), {.occasions = &occasions}).digest, digest);
    EXPECT_THAT(occasions, ::testing::Not(IsEmpty()));
  }
}

TEST(Placements, LengthsLieJustAroundEventsAndDeadlines) {
  using std::chrono::milliseconds;
  const auto at = [](int ms) { return TrueTime{milliseconds(ms)}; };
  History run;
  run.end = at(1000);
  run.events = {
      {.at = at(10), .kind = EventKind::deadline, .value = nanoseconds(at(200))},
      {.at = at(100), .kind = EventKind::named},
      {.at = at(100), .kind = EventKind::complete},
  };
  EXPECT_THAT(Placements::lengths(run, at(50)),
              ::testing::ElementsAre(milliseconds(51), milliseconds(149), milliseconds(151)));
  EXPECT_THAT(Placements::lengths(run, at(300)), IsEmpty());
}

}  // namespace
}  // namespace picklock
