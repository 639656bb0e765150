#include "search/counterfactual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "search/shrink.h"
#include "search/testing/scenario_files.h"
#include "sim/world.h"

namespace picklock {
namespace {

using testing::load_file;
using testing::locks;

constexpr TrueTime at(double seconds) {
  return true_time(static_cast<std::int64_t>(seconds * 1e9));
}

const Trial& trial_of(const std::vector<Trial>& trials, const std::string& fix) {
  for (const Trial& trial : trials) {
    if (trial.fix == fix) return trial;
  }
  throw std::runtime_error("no trial of " + fix);
}

struct Case {
  LoadedScenario loaded;
  std::vector<NamedChoice> choices;
};

Case small(const std::string& scenario, const std::string& property) {
  const LoadedScenario loaded = load_file(scenario);
  ShrunkRun run = shrink(loaded, testing::violating_run(loaded.scenario, property).choices,
                         property, locks(), {});
  return {std::move(run.loaded), std::move(run.choices)};
}

// Read at 1.5 ms, frozen at 2 ms for longer than the lease.
TEST(Inevitability, ThereIsNoWayBackFromThePauseOn) {
  const Case one = small("redis_token_pause_past_ttl", "no-lost-update");
  const std::vector<TrueTime> instants{at(0.0015), at(0.002), at(10.001), at(14.022)};
  const auto shares =
      inevitability(one.loaded.scenario, one.choices, "no-lost-update", instants, locks(), {});
  ASSERT_EQ(shares.size(), 4U);
  EXPECT_EQ(shares[0].violated, 0U);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(shares[i].runs, 50U);
    EXPECT_EQ(shares[i].violated, 50U) << i;
  }
}

// The crash strikes at the very instant at which the lock was granted.
TEST(Inevitability, OfOneInstantOnlyTheLastStepIncludesTheFault) {
  const Case one = small("redis_setnx_crash", "deadlock-freedom");
  const std::vector<TrueTime> instants{at(0.001), at(0.001)};
  const auto shares =
      inevitability(one.loaded.scenario, one.choices, "deadlock-freedom", instants, locks(), {});
  EXPECT_EQ(shares[0].violated, 0U);
  EXPECT_EQ(shares[1].violated, shares[1].runs);
}

// How long the work takes decides: in some futures it outlasts the lease. At the end all is decided.
TEST(Inevitability, IsAShareWhereTheFutureIsOpen) {
  const LoadedScenario loaded = testing::load_text(R"({
    "name": "long_work",
    "lock": { "algorithm": "redis_token", "ttl": "400ms" },
    "clients": { "count": 2, "stagger": "1ms", "hold": { "uniform": ["10ms", "600ms"] } },
    "duration": "10s"
  })");
  const Recording run = testing::violating_run(loaded.scenario, "belief-exclusion");
  const std::vector<TrueTime> instants{at(0), run.history.end};
  const auto shares = inevitability(loaded.scenario, run.choices, "belief-exclusion", instants,
                                    locks(), {.futures = 200});
  EXPECT_GT(shares[0].violated, 20U);
  EXPECT_LT(shares[0].violated, 180U);
  EXPECT_EQ(shares[1].violated, 200U);
}

TEST(Futures, KeepThePastToTheBit) {
  const LoadedScenario loaded = load_file("redis_redlock_quiet");
  const Recording past = record_run(loaded.scenario, locks(), 7);
  World world(loaded.scenario, locks());
  const TrueTime begin = at(0.05);
  std::set<std::uint64_t> digests;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const RunOptions options{.future = RunOptions::Future{begin, seed}};
    const RunResult& run = world.run(Choices::replay(keyed(past.choices)), options);
    digests.insert(run.digest);
    for (std::size_t i = 0; i < run.history.events.size(); ++i) {
      if (run.history.events[i].at >= begin) break;
      ASSERT_EQ(run.history.events[i], past.history.events[i]);
    }
  }
  EXPECT_EQ(digests.size(), 20U) << "each seed is another future";
}

TEST(Fixes, AgainstAPauseOnlyTheFenceHelpsForGood) {
  const Case one = small("redis_token_pause_past_ttl", "no-lost-update");
  const auto trials = try_fixes(one.loaded, one.choices, "no-lost-update", locks(), {});
  EXPECT_EQ(trials.size(), 5U);
  EXPECT_EQ(trial_of(trials, "").on_schedule, Status::violated);
  for (const std::string fix : {"longer-lease", "check-before-writing", "watchdog"}) {
    EXPECT_EQ(trial_of(trials, fix).on_schedule, Status::holds) << fix;
    EXPECT_GT(trial_of(trials, fix).aimed_anew.violated, 0U) << fix;
  }
  const Trial& fence = trial_of(trials, "fencing-token");
  EXPECT_EQ(fence.on_schedule, Status::holds);
  EXPECT_GT(fence.grants, 0U);
  EXPECT_GT(fence.aimed_anew.runs, 100U);
  EXPECT_EQ(fence.aimed_anew.violated, 0U);
}

TEST(Fixes, WithoutAFaultThereIsNothingToAim) {
  const Case one = small("redis_lua_compare_everybody", "no-lost-update");
  const auto trials = try_fixes(one.loaded, one.choices, "no-lost-update", locks(), {});
  EXPECT_EQ(trials.front().on_schedule, Status::violated);
  EXPECT_EQ(trials.front().aimed_anew.runs, 0U);
}

TEST(Fixes, StopWhenTheyAreTold) {
  const Case one = small("redis_token_pause_past_ttl", "no-lost-update");
  const std::atomic<bool> stop = true;
  const auto trials =
      try_fixes(one.loaded, one.choices, "no-lost-update", locks(), {.stop = &stop});
  EXPECT_EQ(trials.size(), 1U);
  EXPECT_EQ(trials.front().aimed_anew.runs, 0U);
}

TEST(AimedAnew, IsAFunctionOfTheSeedAndVaries) {
  const Scenario scenario = load_file("redis_token_pause_past_ttl").scenario;
  std::set<std::string> points;
  std::set<std::int64_t> lengths;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Scenario anew = aimed_anew(scenario, scenario.lock.ttl, locks(), seed);
    EXPECT_EQ(anew, aimed_anew(scenario, scenario.lock.ttl, locks(), seed));
    const Fault& pause = anew.faults.front();
    EXPECT_EQ(pause.when.node, "client-1") << "the fault strikes whom it was meant for";
    points.insert(pause.when.point + (pause.when.kind == Anchor::Kind::before ? "<" : ">"));
    lengths.insert(pause.length.min.count());
    EXPECT_GE(pause.length.min, std::chrono::seconds(14));
    EXPECT_LE(pause.length.min, std::chrono::seconds(28));
  }
  EXPECT_GE(points.size(), 8U);
  EXPECT_GT(lengths.size(), 90U);
}

TEST(AimedAnew, APauseOutlastsALongerLeaseAsItDidTheFirst) {
  Scenario scenario = load_file("redis_token_pause_past_ttl").scenario;
  const Duration planned_for = scenario.lock.ttl;
  scenario.lock.ttl = 3 * planned_for;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Scenario anew = aimed_anew(scenario, planned_for, locks(), seed);
    EXPECT_GE(anew.faults.front().length.min, std::chrono::seconds(42));
    EXPECT_GT(anew.duration, anew.faults.front().length.min);
  }
}

}  // namespace
}  // namespace picklock
