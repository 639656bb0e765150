#include "search/swarm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "scenarios/fault_json.h"
#include "search/placements.h"
#include "search/rerun.h"
#include "search/sweep.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

constexpr std::uint64_t kSeeds = 200;

const LockRegistry& locks() {
  static const LockRegistry registry = builtin_locks();
  return registry;
}

LoadedScenario token_with(const std::string& faults) {
  const std::string text = R"({
    "name": "swarming_token",
    "lock": { "algorithm": "redis_token", "ttl": "2s" },
    "clients": { "count": 2, "stagger": "1ms" },
    "network": { "delay": { "uniform": ["200us", "3ms"] } },
    "duration": "30s",
    "faults": )" + faults + "}";
  auto loaded = parse_scenario(text, "swarming_token", vocabulary_of(locks()));
  EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : to_string(loaded.error().front()));
  return std::move(loaded).value();
}

std::vector<std::vector<Fault>> swarms_of(const LoadedScenario& loaded) {
  World world(loaded.scenario, locks());
  const Swarm swarm(loaded.scenario, world);
  std::vector<std::vector<Fault>> swarms;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) swarms.push_back(swarm.draw(seed));
  return swarms;
}

TEST(Swarm, EverySeedDrawsAsManyFaultsAsItMay) {
  std::set<std::size_t> sizes;
  std::set<std::string> different;
  for (const auto& faults : swarms_of(token_with(R"({ "swarm": { "fewest": 2, "most": 4 } })"))) {
    sizes.insert(faults.size());
    std::string all;
    for (const Fault& fault : faults) all += fault_json(fault);
    different.insert(all);
  }
  EXPECT_EQ(sizes, (std::set<std::size_t>{2, 3, 4}));
  EXPECT_GT(different.size(), kSeeds * 9 / 10);
}

TEST(Swarm, AllKindsThatThereAreCanBeDrawn) {
  std::set<FaultKind> drawn;
  for (const auto& faults : swarms_of(token_with(R"({ "swarm": {} })"))) {
    for (const Fault& fault : faults) drawn.insert(fault.kind);
  }
  using enum FaultKind;
  EXPECT_EQ(drawn, (std::set<FaultKind>{pause, suspend, crash, partition, delay, reset, clock_step,
                                        clock_rate, clock_freeze}));
}

TEST(Swarm, KindsAreSwitchedOffInSomeRuns) {
  const LoadedScenario loaded =
      token_with(R"({ "swarm": { "fewest": 20, "most": 20, "kinds": ["pause", "crash"] } })");
  std::uint64_t without_pause = 0;
  std::uint64_t without_crash = 0;
  for (const auto& faults : swarms_of(loaded)) {
    const auto has = [&](FaultKind kind) {
      return std::ranges::find(faults, kind, &Fault::kind) != faults.end();
    };
    EXPECT_TRUE(has(FaultKind::pause) || has(FaultKind::crash));
    if (!has(FaultKind::pause)) ++without_pause;
    if (!has(FaultKind::crash)) ++without_crash;
  }
  // Were each fault of either kind, one run in half a million would be without pauses.
  EXPECT_GT(without_pause, kSeeds / 10);
  EXPECT_GT(without_crash, kSeeds / 10);
  EXPECT_LT(without_pause + without_crash, kSeeds);
}

TEST(Swarm, LengthsAreAroundTheTimersAndNoServerIsGoneForGood) {
  const LoadedScenario loaded = token_with(R"({ "swarm": { "most": 5 } })");
  const Placements placements(loaded.scenario, {});
  const std::vector<Duration>& usual = placements.usual_lengths();
  for (const auto& faults : swarms_of(loaded)) {
    for (const Fault& fault : faults) {
      const bool is_server = !fault.on.empty() && !fault.on.front().starts_with("client-");
      const Duration length = fault.kind == FaultKind::delay ? fault.by : fault.length.min;
      const bool may_stay = fault.kind == FaultKind::reset || fault.kind == FaultKind::clock_step ||
                            fault.kind == FaultKind::clock_rate;
      if (fault.kind == FaultKind::crash) {
        EXPECT_TRUE(length == Duration{} || !is_server) << fault_json(fault);
      } else if (!may_stay) {
        EXPECT_NE(std::ranges::find(usual, length), usual.end()) << fault_json(fault);
      }
    }
  }
}

TEST(Swarm, ARunIsThatOfThePlanThatItsSeedDraws) {
  const LoadedScenario loaded = token_with(R"({ "swarm": { "most": 3 } })");
  SeededRuns runs(loaded.scenario, locks());
  std::set<std::uint64_t> digests;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const std::uint64_t digest = runs.run(seed).digest;
    digests.insert(digest);
    const LoadedScenario plan = drawn(loaded, locks(), seed);
    EXPECT_FALSE(plan.scenario.swarm.has_value());
    const Recording recording = record_run(plan.scenario, locks(), seed);
    EXPECT_EQ(recording.digest, digest) << seed << ": " << plan.json;
    EXPECT_EQ(record_run(loaded.scenario, locks(), seed).history.subject->faults,
              recording.history.subject->faults);
  }
  EXPECT_GT(digests.size(), kSeeds / 2);
  EXPECT_EQ(find_divergence(loaded.scenario, locks(), 1, kSeeds), std::nullopt);
}

TEST(Swarm, ASweepCountsAllItsFaultsTogetherWhateverTheNumberOfJobs) {
  const LoadedScenario loaded = token_with(R"({ "swarm": { "most": 3 } })");
  SweepOptions options{.last_seed = kSeeds};
  const SweepResult one = sweep(loaded.scenario, locks(), options);
  ASSERT_EQ(one.strikes.size(), 1U);
  EXPECT_GT(one.strikes.front(), kSeeds);
  options.jobs = 3;
  const SweepResult three = sweep(loaded.scenario, locks(), options);
  EXPECT_EQ(three.digest, one.digest);
  EXPECT_EQ(three.strikes, one.strikes);
}

TEST(Swarm, WithoutOneASeedChangesNothingAboutThePlan) {
  const LoadedScenario loaded =
      token_with(R"([ { "pause": "client-1", "for": "1s", "when": "client-1 read" } ])");
  EXPECT_EQ(drawn(loaded, locks(), 7).json, loaded.json);
}

}  // namespace
}  // namespace picklock
