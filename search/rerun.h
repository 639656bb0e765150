// Runs one run again: from its seed, or from the choices of a trace, and compares histories.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/registry.h"
#include "scenarios/scenario.h"
#include "sim/world.h"

namespace picklock {

// A choice under the name that a trace gives to its stream.
struct NamedChoice {
  std::string stream;  // "delay client-1 -> redis-1"
  std::uint32_t ordinal = 0;
  std::uint64_t value = 0;
  friend bool operator==(const NamedChoice&, const NamedChoice&) = default;
};

struct Recording {
  History history;
  std::uint64_t digest = 0;
  std::vector<NamedChoice> choices;  // that were not dull, in the order of drawing
};

// The run of one seed, with everything that a trace needs.
Recording record_run(const Scenario& scenario, const LockRegistry& locks, std::uint64_t seed);
// The run that these choices describe; all others are dull.
Recording replay_run(const Scenario& scenario, const LockRegistry& locks,
                     const std::vector<NamedChoice>& choices);

// The same without names, as a world replays them.
std::vector<Choice> keyed(const std::vector<NamedChoice>& choices);

// The place of the first event in which two histories differ: equal to the length of the shorter one
// when it is a prefix of the other; nothing when they are equal.
std::optional<std::size_t> first_difference(const std::vector<Event>& a,
                                            const std::vector<Event>& b);

// Runs each seed twice, the second time in a world that has run others before, and compares. The first
// seed whose runs differ, and where.
struct Divergence {
  std::uint64_t seed = 0;
  std::size_t event = 0;  // of the history; its length if only the digests differ
};
std::optional<Divergence> find_divergence(const Scenario& scenario, const LockRegistry& locks,
                                          std::uint64_t first_seed, std::uint64_t last_seed);

}  // namespace picklock
