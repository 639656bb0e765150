// The runs of a scenario by their seeds, and the faults that it leaves to them: with "faults": { "swarm": ... } each
// seed draws some kinds, so many faults of these kinds, and for each an occasion of the dull run and a length
// around the timers of the scenario. Source: swarm testing (Groce et al., ISSTA 2012).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "algorithms/registry.h"
#include "scenarios/loader.h"
#include "scenarios/scenario.h"
#include "sim/world.h"

namespace picklock {

class FaultPool;
class Placements;

// The faults of one scenario with a swarm. All but two kinds end: a client may die for good, and a clock that runs at
// a wrong rate does so all the time. A fault whose occasion the seed's run does not come to takes no effect.
class Swarm {
 public:
  // Carries out the dull run in a world of this scenario. The scenario outlives the swarm; the world is free again.
  Swarm(const Scenario& scenario, World& world);
  ~Swarm();

  // With the names that faults have in a file. O(faults).
  std::vector<Fault> draw(std::uint64_t seed) const;

 private:
  const Scenario& scenario_;
  std::unique_ptr<Placements> placements_;
  std::unique_ptr<FaultPool> pool_;
};

// One world for the runs of any seed: a run is a function of (scenario, seed).
class SeededRuns {
 public:
  // The arguments outlive it.
  SeededRuns(const Scenario& scenario, const LockRegistry& locks);
  // As of World::run.
  RunResult& run(std::uint64_t seed, const RunOptions& options = {});
  World& world() { return world_; }

 private:
  World world_;
  std::unique_ptr<Swarm> swarm_;  // null: the scenario has none
};

// The scenario of this seed alone: its faults are those that the seed draws. Without a swarm, the scenario as it is.
LoadedScenario drawn(const LoadedScenario& loaded, const LockRegistry& locks, std::uint64_t seed);

}  // namespace picklock
