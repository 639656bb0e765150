// Ways to make a plan simpler by one value: what a search for the smallest counterexample tries.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/loader.h"

namespace picklock {

// In the order in which they are worth trying: what a reader is spared most comes first.
enum class Simpler : std::uint8_t {
  fewer_faults,
  fewer_clients,
  fewer_servers,
  fewer_rounds,
  fewer_words,     // an optional value of clients, network, clocks or faults goes to its default
  smaller_number,  // of a fault: which occurrence, how many messages, how much a clock gains
  rounder,         // a duration rounded down to 1, 2 or 5 times a power of ten of its unit
  shorter,         // a duration halved, but not below a millisecond
};

struct Simplification {
  Simpler kind{};
  Override change;
};

// All of a plan (LoadedScenario::json), in the order of their kinds, the boldest of a value first. The lock, its
// servers' settings, the resource, whether clients are diligent, and the expectations are what a plan is about:
// only the number of servers changes. The loader refuses what makes no sense. O(size of the plan).
std::vector<Simplification> simplifications(const std::string& plan);

// The plan with those fixes of `original` that apply to it, instead of its own.
LoadedScenario with_fixes_of(const LoadedScenario& original, LoadedScenario plan,
                             const Vocabulary& vocabulary);

}  // namespace picklock
