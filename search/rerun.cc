#include "search/rerun.h"

#include <algorithm>

#include "search/swarm.h"

namespace picklock {
namespace {

constexpr RunOptions kRecorded{.record_choices = true, .keep_messages = true};

Recording take(RunResult& run, const World& world) {
  Recording recording{.history = std::move(run.history), .digest = run.digest};
  for (const Choice& choice : run.choices) {
    recording.choices.push_back({world.stream_name(choice.stream), choice.ordinal, choice.value});
  }
  return recording;
}

}  // namespace

Recording record_run(const Scenario& scenario, const LockRegistry& locks, std::uint64_t seed) {
  SeededRuns runs(scenario, locks);
  return take(runs.run(seed, kRecorded), runs.world());
}

Recording replay_run(const Scenario& scenario, const LockRegistry& locks,
                     const std::vector<NamedChoice>& choices) {
  World world(scenario, locks);
  return take(world.run(Choices::replay(keyed(choices)), kRecorded), world);
}

std::vector<Choice> keyed(const std::vector<NamedChoice>& choices) {
  std::vector<Choice> keyed;
  for (const NamedChoice& choice : choices) {
    keyed.push_back({hash_text(choice.stream), choice.ordinal, choice.value});
  }
  return keyed;
}

std::optional<std::size_t> first_difference(const std::vector<Event>& a,
                                            const std::vector<Event>& b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() && in_b == b.end()) return std::nullopt;
  return static_cast<std::size_t>(in_a - a.begin());
}

std::optional<Divergence> find_divergence(const Scenario& scenario, const LockRegistry& locks,
                                          std::uint64_t first_seed, std::uint64_t last_seed) {
  SeededRuns used(scenario, locks);
  for (std::uint64_t seed = first_seed;; ++seed) {
    SeededRuns fresh(scenario, locks);
    const RunResult& once = fresh.run(seed);
    const RunResult& twice = used.run(seed);
    if (once.digest != twice.digest) {
      const std::vector<Event>& events = once.history.events;
      const auto place = first_difference(events, twice.history.events);
      return Divergence{seed, place.value_or(events.size())};
    }
    if (seed == last_seed) return std::nullopt;
  }
}

}  // namespace picklock
