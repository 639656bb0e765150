#include "search/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/simplifications.h"
#include "search/testing/scenario_files.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

using testing::load_file;
using testing::load_text;
using testing::locks;
using testing::why_broken;

ShrunkRun shrunk(const LoadedScenario& loaded, const std::string& property,
                 const ShrinkOptions& options = {}) {
  return shrink(loaded, testing::violating_run(loaded.scenario, property).choices, property,
                locks(), options);
}

struct Story {
  std::string scenario;
  std::string property;
  std::size_t faults;   // as many as the catalogue of pitfalls tells the story with
  std::size_t clients;  // the same
};
void PrintTo(const Story& story, std::ostream* out) {
  *out << story.scenario;
}

class ShrinkStory : public ::testing::TestWithParam<Story> {};

TEST_P(ShrinkStory, EndsAsSmallAsTheCatalogueTellsIt) {
  const ShrunkRun small = shrunk(load_file(GetParam().scenario), GetParam().property);
  EXPECT_TRUE(small.shrinking.is_minimal);
  EXPECT_LE(small.shrinking.after.faults, GetParam().faults);
  EXPECT_LE(small.shrinking.after.clients, GetParam().clients);
  EXPECT_LE(small.shrinking.after.events, small.shrinking.before.events);
  EXPECT_EQ(small.choices.size(), 0U) << "no deviation from the dull run is needed";
}

// Nothing that could be taken away is left: checked with nothing of the shrinker but its list of candidates.
TEST_P(ShrinkStory, IsALocalMinimum) {
  const std::string& property = GetParam().property;
  const ShrunkRun small = shrunk(load_file(GetParam().scenario), property);
  const std::string shape = shape_of(small.counterexample.reason);
  std::size_t tried = 0;
  for (const Simplification& simpler : simplifications(small.loaded.json)) {
    const auto plan = parse_scenario(small.loaded.json, "plan", vocabulary_of(locks()),
                                     std::span(&simpler.change, 1));
    if (!plan) continue;
    ++tried;
    EXPECT_NE(shape_of(why_broken(plan->scenario, small.choices, property)), shape)
        << simpler.change.first << " = " << simpler.change.second;
  }
  EXPECT_GT(tried, 0U);
}

TEST_P(ShrinkStory, BreaksThePropertyForTheSameReason) {
  const LoadedScenario loaded = load_file(GetParam().scenario);
  const auto choices = testing::violating_run(loaded.scenario, GetParam().property).choices;
  const ShrunkRun small = shrunk(loaded, GetParam().property);
  const std::string reason = why_broken(loaded.scenario, choices, GetParam().property);
  EXPECT_EQ(shape_of(small.counterexample.reason), shape_of(reason));
  EXPECT_EQ(why_broken(small.loaded.scenario, small.choices, GetParam().property),
            small.counterexample.reason);
  EXPECT_EQ(replay_run(small.loaded.scenario, locks(), small.choices).digest,
            small.recording.digest);
}

INSTANTIATE_TEST_SUITE_P(
    Pitfalls, ShrinkStory,
    ::testing::Values(Story{"redis_token_pause_past_ttl", "no-lost-update", 1, 2},   // P14
                      Story{"redlock_one_clock_step", "belief-exclusion", 3, 2},     // P19
                      Story{"redlock_amnesia", "belief-exclusion", 3, 2},            // P20
                      Story{"zookeeper_ephemeral_cut_off", "no-lost-update", 1, 2},  // P52
                      Story{"zookeeper_no_relist_dead_predecessor", "belief-exclusion", 1,
                            3}),  // P58
    [](const auto& one) { return one.param.scenario; });

// Random delays, five clients, and a message that is lost: much that does not matter, and one deviation
// or a few that do.
LoadedScenario crowded() {
  return load_text(R"({
    "name": "crowded",
    "lock": { "algorithm": "redis_token", "ttl": "400ms" },
    "clients": { "count": 5, "rounds": 4, "stagger": "1ms", "hold": { "uniform": ["10ms", "600ms"] } },
    "network": { "delay": { "exponential": { "min": "100us", "mean": "40ms" } } },
    "faults": [
      { "pause": "client-4", "for": "3ms", "when": "client-4 acquired" },
      { "crash": "client-5", "at": "3s" }
    ],
    "duration": "30s"
  })");
}

TEST(Shrink, FewDeviationsAreLeftOfHundreds) {
  const LoadedScenario loaded = crowded();
  std::size_t tried = 0;
  std::size_t pairs = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Recording run = record_run(loaded.scenario, locks(), seed);
    if (why_broken(loaded.scenario, run.choices, "belief-exclusion").empty()) continue;
    ++tried;
    const ShrunkRun small = shrink(loaded, run.choices, "belief-exclusion", locks(), {});
    ASSERT_TRUE(small.shrinking.is_minimal);
    EXPECT_EQ(small.shrinking.after.faults, 0U);
    EXPECT_LE(small.shrinking.after.clients, 3U);
    pairs += small.shrinking.after.clients == 2 ? 1 : 0;
    EXPECT_GT(small.shrinking.before.deviations, 100U);
    EXPECT_LE(small.choices.size(), 3U) << "seed " << seed;
    for (std::size_t i = 0; i < small.choices.size(); ++i) {
      std::vector<NamedChoice> fewer = small.choices;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      const std::string why = why_broken(small.loaded.scenario, fewer, "belief-exclusion");
      EXPECT_NE(shape_of(why), shape_of(small.counterexample.reason));
    }
  }
  EXPECT_GE(tried, 5U);
  EXPECT_GT(2 * pairs, tried) << "a local minimum may need a third client, but seldom does";
}

TEST(Shrink, TheSameInputGivesTheSameRun) {
  const ShrunkRun once = shrunk(crowded(), "belief-exclusion");
  const ShrunkRun twice = shrunk(crowded(), "belief-exclusion");
  EXPECT_EQ(once.loaded.json, twice.loaded.json);
  EXPECT_EQ(once.choices, twice.choices);
  EXPECT_EQ(once.recording.digest, twice.recording.digest);
  EXPECT_EQ(once.shrinking.replays, twice.shrinking.replays);
}

TEST(Shrink, ABudgetThatEndsLeavesAViolationThatIsNotCalledMinimal) {
  const LoadedScenario loaded = load_file("redis_token_pause_past_ttl");
  const ShrunkRun whole = shrunk(loaded, "no-lost-update");
  for (std::uint64_t replays = 0; replays < whole.shrinking.replays; ++replays) {
    const ShrunkRun part = shrunk(loaded, "no-lost-update", {.replays = replays});
    EXPECT_FALSE(part.shrinking.is_minimal);
    EXPECT_LE(part.shrinking.replays, replays);
    EXPECT_EQ(why_broken(part.loaded.scenario, part.choices, "no-lost-update"),
              part.counterexample.reason);
  }
}

TEST(Shrink, StopsWhenItIsTold) {
  const std::atomic<bool> stop = true;
  const ShrunkRun part = shrunk(load_file("redlock_amnesia"), "belief-exclusion", {.stop = &stop});
  EXPECT_FALSE(part.shrinking.is_minimal);
  EXPECT_EQ(part.shrinking.replays, 0U);
  EXPECT_EQ(part.shrinking.before.faults, part.shrinking.after.faults);
}

TEST(Shrink, FixesThatStillApplyAreKept) {
  const LoadedScenario loaded = load_file("redis_token_pause_past_ttl");
  const ShrunkRun small = shrunk(loaded, "no-lost-update");
  EXPECT_EQ(small.loaded.scenario.fixes, loaded.scenario.fixes);
}

TEST(ShapeOfReason, NumbersTimesAndNamesWithNumbersAreAlike) {
  EXPECT_EQ(shape_of("client-2's write of 1 at 14.03s overwrote"),
            shape_of("client-13's write of 20 at 5ms overwrote"));
  EXPECT_NE(shape_of("client-2's write of 1 at 14.03s overwrote"),
            shape_of("client-2's read of 1 at 14.03s overwrote"));
  EXPECT_EQ(shape_of("ended at 1."), "ended at #.");
}

}  // namespace
}  // namespace picklock
