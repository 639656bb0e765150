#include "search/swarm.h"

#include <fmt/core.h>

#include <map>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/require.h"
#include "scenarios/fault_json.h"
#include "search/fault_pool.h"
#include "search/placements.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

// A server that never comes back, after which no lock can go on.
bool ends_a_server(const Placement& placement) {
  const Fault& fault = placement.fault;
  return fault.kind == FaultKind::crash && !fault.on.front().starts_with("client-") &&
         fault.length == DurationSpec::constant(kForever);
}

}  // namespace

Swarm::Swarm(const Scenario& scenario, World& world) : scenario_(scenario) {
  require(scenario.swarm.has_value(), "a swarm is drawn for a scenario that has one");
  std::vector<Occasion> occasions;
  world.run(Choices::replay({}), {.keep_history = false, .occasions = &occasions});
  placements_ = std::make_unique<Placements>(scenario, scenario.swarm->kinds);
  std::vector<Placement> all = placements_->at(occasions);
  std::erase_if(all, ends_a_server);
  pool_ = std::make_unique<FaultPool>(*placements_, std::move(all));
}

Swarm::~Swarm() = default;

std::vector<Fault> Swarm::draw(std::uint64_t seed) const {
  std::vector<Fault> faults;
  if (pool_->is_empty()) return faults;
  const RunDraws draws(hash_text("swarm"), seed);
  const SwarmSpec& spec = *scenario_.swarm;
  const std::uint64_t count = spec.fewest + draws("faults", spec.most - spec.fewest + 1);
  std::map<FaultKind, int> numbers;
  static const auto kWords = fault_kinds();
  for (std::uint64_t nth = 0; nth < count; ++nth) {
    Fault fault = pool_->draw(draws, nth, FaultPool::Kinds::swarm, FaultPool::Lengths::ends);
    const std::string& word = kWords[static_cast<std::size_t>(fault.kind)].first;
    fault.name = fmt::format("{} {}", word, ++numbers[fault.kind]);
    faults.push_back(std::move(fault));
  }
  return faults;
}

SeededRuns::SeededRuns(const Scenario& scenario, const LockRegistry& locks)
    : world_(scenario, locks) {
  if (scenario.swarm) swarm_ = std::make_unique<Swarm>(scenario, world_);
}

RunResult& SeededRuns::run(std::uint64_t seed, const RunOptions& options) {
  if (swarm_ != nullptr) world_.set_faults(swarm_->draw(seed));
  return world_.run(Choices::random(seed), options);
}

LoadedScenario drawn(const LoadedScenario& loaded, const LockRegistry& locks, std::uint64_t seed) {
  if (!loaded.scenario.swarm) return loaded;
  World world(loaded.scenario, locks);
  const Swarm swarm(loaded.scenario, world);
  Result<LoadedScenario> plan = with_faults(loaded, swarm.draw(seed), vocabulary_of(locks));
  require(plan.has_value(), "what is drawn is a fault of a scenario");
  return std::move(plan).value();
}

}  // namespace picklock
