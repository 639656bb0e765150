// Draws runs that have several faults at once. A run is a function of (seed, its number).
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/scenario.h"
#include "search/explore.h"
#include "search/fault_pool.h"
#include "search/placements.h"
#include "sim/choices.h"

namespace picklock {

class Sampler {
 public:
  // Faults are drawn from those that fit the dull run; where another run does not come to their occasions, they
  // take no effect. `placements` outlives the sampler.
  Sampler(const Placements& placements, std::vector<Placement> pool, const ExploreOptions& options);

  struct Sample {
    std::vector<Fault> faults;
    Choices choices;
  };
  Sample next();
  Strategy strategy() const { return strategy_; }

 private:
  Choices draw_choices(const RunDraws& draws) const;

  FaultPool pool_;
  Strategy strategy_;
  std::uint32_t most_faults_;
  std::uint64_t seed_;
  std::uint64_t run_ = 0;
};

}  // namespace picklock
