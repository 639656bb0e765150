// Whole short runs: Redlock on three servers with five clients, about a thousand events, judged by every
// judge. In a world that is used again, as a sweep does it, and in a new world for each run.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "search/sweep.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

const LockRegistry& locks() {
  static const LockRegistry registry = builtin_locks();
  return registry;
}

const Scenario& short_run() {
  static const Scenario scenario = [] {
    const std::string text = R"({
      "name": "short_run", "about": "benchmark",
      "lock": { "algorithm": "redis_redlock", "ttl": "10s", "margin": "100ms", "retry": "20ms" },
      "servers": { "kind": "redis", "count": 3 },
      "clients": { "count": 5, "rounds": 3, "stagger": "1ms" },
      "network": { "delay": { "uniform": ["200us", "3ms"] } },
      "duration": "60s"
    })";
    return parse_scenario(text, "short_run", vocabulary_of(locks())).value().scenario;
  }();
  return scenario;
}

std::uint64_t judge_all(const History& history, Timeline& timeline) {
  timeline.assign(history);
  std::uint64_t judged = 0;
  for (const Verdict& verdict : judge_all(timeline, {})) judged += verdict.judged;
  return judged;
}

void set_counters(benchmark::State& state, std::uint64_t events, std::uint64_t runs) {
  state.counters["runs"] =
      benchmark::Counter(static_cast<double>(runs), benchmark::Counter::kIsRate);
  state.counters["events_a_run"] = static_cast<double>(events) / static_cast<double>(runs);
}

void run_only(benchmark::State& state) {
  World world(short_run(), locks());
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  for (auto _ : state) events += world.run(Choices::random(++seed)).events;
  set_counters(state, events, seed);
}
BENCHMARK(run_only)->Unit(benchmark::kMicrosecond);

void run_and_judge(benchmark::State& state) {
  World world(short_run(), locks());
  Timeline timeline;
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  for (auto _ : state) {
    const RunResult& run = world.run(Choices::random(++seed));
    events += run.events;
    benchmark::DoNotOptimize(judge_all(run.history, timeline));
  }
  set_counters(state, events, seed);
}
BENCHMARK(run_and_judge)->Unit(benchmark::kMicrosecond);

void make_run_judge_tear_down(benchmark::State& state) {
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  for (auto _ : state) {
    World world(short_run(), locks());
    Timeline timeline;
    const RunResult& run = world.run(Choices::random(++seed));
    events += run.events;
    benchmark::DoNotOptimize(judge_all(run.history, timeline));
  }
  set_counters(state, events, seed);
}
BENCHMARK(make_run_judge_tear_down)->Unit(benchmark::kMicrosecond);

// The whole sweep of a scenario with one thread and with two.
void sweep_with_jobs(benchmark::State& state) {
  std::uint64_t runs = 0;
  for (auto _ : state) {
    SweepOptions options;
    options.last_seed = 4'000;
    options.jobs = static_cast<unsigned>(state.range(0));
    runs += sweep(short_run(), locks(), options).runs;
  }
  state.counters["runs"] =
      benchmark::Counter(static_cast<double>(runs), benchmark::Counter::kIsRate);
}
BENCHMARK(sweep_with_jobs)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace picklock
