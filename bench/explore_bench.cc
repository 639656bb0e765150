// How long a search takes until the first violation, from scenarios in which nobody has placed a fault, with every
// kind of fault and with those alone that the pitfall is about: worlds made, runs carried out and judged. `explore`
// places them itself; `swarm` leaves them to the seeds of the scenario, and tries one after the other. Each repetition
// is another seed, or another million of them; for the median of 20: --benchmark_repetitions=20 --benchmark_report_aggregates_only
#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "search/explore.h"
#include "search/swarm.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

const LockRegistry& locks() {
  static const LockRegistry registry = builtin_locks();
  return registry;
}

struct Story {
  const char* pitfall;
  const char* scenario;
  const char* property;
  std::vector<FaultKind> kinds;
};

LoadedScenario with(const std::string& faults, const std::string& name) {
  const std::vector<Override> nothing{{"/faults", faults}, {"/fixes", "[]"}};
  const std::string path = std::string(PICKLOCK_SOURCE_DIR) + "/scenarios/" + name + ".json";
  return load_scenario(path, vocabulary_of(locks()), nothing).value();
}

// Each repetition is the next seed.
void time_to_first_violation(benchmark::State& state, const Story& story, bool all_kinds) {
  static std::map<std::string, std::uint64_t> seeds;
  const LoadedScenario loaded = with("[]", story.scenario);
  ExploreOptions options{.budget = 10'000'000};
  options.seed = ++seeds[story.pitfall];
  options.properties = {story.property};
  if (!all_kinds) options.kinds = story.kinds;
  for (auto _ : state) {
    const Exploration explored = explore(loaded, locks(), options);
    if (!explored.found) state.SkipWithError("nothing was found");
    state.counters["runs"] = static_cast<double>(explored.runs);
  }
}

void time_to_first_violating_seed(benchmark::State& state, const Story& story) {
  static std::map<std::string, std::uint64_t> millions;
  const LoadedScenario loaded = with(R"({ "swarm": {} })", story.scenario);
  const Property& property = *find_property(story.property);
  constexpr std::uint64_t kMillion = 1'000'000;
  const std::uint64_t first = kMillion * millions[story.pitfall]++ + 1;
  for (auto _ : state) {
    SeededRuns runs(loaded.scenario, locks());
    Timeline timeline;
    std::uint64_t seed = first;
    const auto breaks = [&] {
      timeline.assign(runs.run(seed).history);
      return property.judge(timeline, Limits{}).status == Status::violated;
    };
    while (!breaks() && seed < first + kMillion) ++seed;
    if (seed == first + kMillion) state.SkipWithError("nothing was found");
    state.counters["runs"] = static_cast<double>(seed - first + 1);
  }
}

const std::vector<Story>& stories() {
  using enum FaultKind;
  static const std::vector<Story> kStories{
      {"P07", "redis_set_nx_blind_delete", "release-safety", {pause}},
      {"P14", "redis_token_pause_past_ttl", "no-lost-update", {pause}},
      {"P18", "redis_token_server_clock_step", "diligent-belief-exclusion", {clock_step}},
      {"P19", "redlock_one_clock_step", "diligent-belief-exclusion", {clock_step, partition}},
      {"P20", "redlock_amnesia", "diligent-belief-exclusion", {crash, partition}},
      {"P24", "redis_token_fast_server_clock", "diligent-belief-exclusion", {clock_rate}},
      {"P25", "redis_token_suspend", "diligent-belief-exclusion", {suspend}},
      {"P52", "zookeeper_ephemeral_cut_off", "no-lost-update", {partition}},
      {"P56", "zookeeper_sequential_abandoned", "deadlock-freedom", {pause}},
      {"P58", "zookeeper_no_relist_dead_predecessor", "belief-exclusion", {crash}},
  };
  return kStories;
}

// Registered before main() asks for them.
const bool kRegistered = [] {
  for (const Story& story : stories()) {
    for (const bool all_kinds : {true, false}) {
      const std::string name =
          std::string(story.pitfall) + "/explore" + (all_kinds ? "/all_kinds" : "/its_kinds");
      benchmark::RegisterBenchmark(name.c_str(), time_to_first_violation, story, all_kinds)
          ->Iterations(1)
          ->Unit(benchmark::kMillisecond);
    }
    const std::string name = std::string(story.pitfall) + "/swarm";
    benchmark::RegisterBenchmark(name.c_str(), time_to_first_violating_seed, story)
        ->Iterations(1)
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
}  // namespace picklock
