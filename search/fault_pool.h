// What can be placed in a run, to draw from. A draw is a function of (seed, number of the run, what is drawn).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "scenarios/scenario.h"
#include "search/placements.h"

namespace picklock {

// The draws of one run.
class RunDraws {
 public:
  RunDraws(std::uint64_t seed, std::uint64_t run) : seed_(seed), run_(run) {}
  // One of `below`; `nth` of its label.
  std::uint64_t operator()(std::string_view label, std::uint64_t below,
                           std::uint64_t nth = 0) const;

 private:
  std::uint64_t seed_;
  std::uint64_t run_;
};

class FaultPool {
 public:
  enum class Kinds : std::uint8_t {
    all,
    // Each is switched on or off in each run: a fault of a kind that is off gives its place to one that is on
    // (Groce et al., ISSTA 2012).
    swarm,
  };
  enum class Lengths : std::uint8_t {
    any,   // one in four lasts as long as it may
    ends,  // around the timers of the scenario
  };

  // `placements` outlives the pool.
  FaultPool(const Placements& placements, std::vector<Placement> pool);

  bool is_empty() const { return pool_.empty(); }
  // The nth fault of a run.
  Fault draw(const RunDraws& draws, std::uint64_t nth, Kinds kinds, Lengths lengths) const;

 private:
  const std::vector<std::size_t>& draw_kind(const RunDraws& draws, std::uint64_t nth,
                                            Kinds kinds) const;

  const Placements& placements_;
  std::vector<Placement> pool_;
  std::vector<std::vector<std::size_t>> by_kind_;  // places in pool_, kind by kind
};

}  // namespace picklock
