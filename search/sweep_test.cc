#include "search/sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

#include "checker/properties.h"
#include "search/rerun.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

const LockRegistry& locks() {
  static const LockRegistry registry = builtin_locks();
  return registry;
}

Scenario paused_token() {
  const std::string text = R"({
    "name": "paused_token", "about": "test",
    "lock": { "algorithm": "redis_token", "ttl": "2s" },
    "clients": { "count": 3, "rounds": 2, "stagger": "1ms" },
    "network": { "delay": { "exponential": { "min": "100us", "mean": "1ms" } } },
    "faults": [ { "pause": "client-1", "for": { "uniform": ["1ms", "4s"] }, "when": "client-1 read" } ],
    "duration": "30s"
  })";
  auto loaded = parse_scenario(text, "paused_token", vocabulary_of(locks()));
  EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : to_string(loaded.error().front()));
  return loaded->scenario;
}

SweepResult sweep_with(unsigned jobs, std::uint64_t last) {
  SweepOptions options;
  options.last_seed = last;
  options.jobs = jobs;
  return sweep(paused_token(), locks(), options);
}

const PropertyTally& tally(const SweepResult& result, std::string_view name) {
  for (std::size_t i = 0; i < properties().size(); ++i) {
    if (properties()[i].name == name) return result.properties[i];
  }
  ADD_FAILURE() << "no property " << name;
  return result.properties.front();
}

TEST(Sweep, TheNumberOfJobsDoesNotShow) {
  const SweepResult one = sweep_with(1, 150);
  for (const unsigned jobs : {2U, 7U}) {
    const SweepResult many = sweep_with(jobs, 150);
    EXPECT_EQ(many.digest, one.digest);
    EXPECT_EQ(many.runs, one.runs);
    EXPECT_EQ(many.events, one.events);
    EXPECT_EQ(many.strongest_spec, one.strongest_spec);
    for (std::size_t i = 0; i < one.properties.size(); ++i) {
      EXPECT_EQ(many.properties[i].violated_runs, one.properties[i].violated_runs);
      EXPECT_EQ(many.properties[i].first_seed, one.properties[i].first_seed);
    }
  }
}

TEST(Sweep, FindsThePausesThatAreLongerThanTheLease) {
  const SweepResult result = sweep_with(2, 150);
  const PropertyTally& belief = tally(result, "belief-exclusion");
  EXPECT_GT(belief.violated_runs, 20U);
  EXPECT_LT(belief.violated_runs, 150U);
  EXPECT_EQ(tally(result, "server-exclusion").violated_runs, 0U);
}

TEST(Sweep, TheDigestDependsOnTheSeeds) {
  EXPECT_NE(sweep_with(1, 10).digest, sweep_with(1, 11).digest);
}

TEST(Sweep, StopsEarlyAndKeepsWhatThereIs) {
  std::atomic<bool> stop{false};
  SweepOptions options;
  options.last_seed = 1'000'000'000;
  options.stop = &stop;
  options.progress = [&](std::uint64_t done) { stop = done >= 64; };
  const SweepResult result = sweep(paused_token(), locks(), options);
  EXPECT_TRUE(result.interrupted);
  EXPECT_GE(result.runs, 64U);
  EXPECT_LT(result.runs, 1'000U);
  EXPECT_EQ(result.digest, sweep_with(1, result.runs).digest);
}

TEST(Sweep, TheLastSeedOfAllCanBeRun) {
  SweepOptions options;
  options.first_seed = ~std::uint64_t{0} - 3;
  options.last_seed = ~std::uint64_t{0};
  EXPECT_EQ(sweep(paused_token(), locks(), options).runs, 4U);
}

TEST(Rerun, TheRecordingOfASeedReplays) {
  const Recording recorded = record_run(paused_token(), locks(), 12);
  const Recording replayed = replay_run(paused_token(), locks(), recorded.choices);
  EXPECT_EQ(recorded.digest, replayed.digest);
  EXPECT_EQ(first_difference(recorded.history.events, replayed.history.events), std::nullopt);
}

TEST(Rerun, AnotherChoiceShowsWhereTheHistoriesPart) {
  Recording recorded = record_run(paused_token(), locks(), 12);
  const auto delay = std::find_if(
      recorded.choices.begin(), recorded.choices.end(),
      [](const NamedChoice& choice) { return choice.stream == "delay client-1 -> redis-1"; });
  ASSERT_NE(delay, recorded.choices.end());
  delay->value ^= ~std::uint64_t{0};
  const Recording replayed = replay_run(paused_token(), locks(), recorded.choices);
  EXPECT_NE(recorded.digest, replayed.digest);
  EXPECT_TRUE(first_difference(recorded.history.events, replayed.history.events).has_value());
}

TEST(Rerun, RunTwiceFindsNoDivergence) {
  EXPECT_FALSE(find_divergence(paused_token(), locks(), 1, 20).has_value());
}

// A lock that remembers earlier runs: what a run-twice check is for.
class Forgetful final : public Lock {
 public:
  explicit Forgetful(Environment& env) : env_(env) {}
  Task<Acquired> acquire() override {
    co_await env_.sleep(std::chrono::milliseconds(++calls_));
    co_return Grant{};
  }
  Task<Released> release(Grant) override { co_return Released::yes; }
  OwnerRule owner_rule() const override { return {}; }

 private:
  Environment& env_;
  static inline int calls_ = 0;
};

TEST(Rerun, RunTwiceNamesTheFirstDivergence) {
  LockRegistry registry;
  registry.add({.name = "forgetful",
                .protocol = "redis",
                .summary = "",
                .make = [](Environment& env, const LockOptions&) {
                  return std::make_unique<Forgetful>(env);
                }});
  Scenario scenario = paused_token();
  scenario.lock.algorithm = "forgetful";
  const auto divergence = find_divergence(scenario, registry, 3, 9);
  ASSERT_TRUE(divergence.has_value());
  EXPECT_EQ(divergence->seed, 3U);
  EXPECT_LT(divergence->event, 20U);
}

}  // namespace
}  // namespace picklock
