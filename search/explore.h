// Looks for a violation that nobody planned: places faults, delays messages, and judges every run.
//
// What a run deviates in from the dull one (every draw at its dullest, only the faults of the plan) is counted.
// The bounded search tries all runs with one placed fault, then with two, and so on, so that what it finds comes
// with a certificate: none with fewer. The exhaustive search does so in every order of deliveries. The sampling
// strategies look everywhere at once, and prove nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "checker/verdict.h"
#include "scenarios/loader.h"
#include "search/rerun.h"

namespace picklock {

enum class Strategy : std::uint8_t {
  portfolio,  // the dull run, bounded to one fault, then bounded and swarm in turns
  bounded,    // all placements, fewest faults first, everything else dull
  random,     // faults of all kinds and every draw at random
  swarm,      // the same, but each run has kinds of its own (Groce et al., ISSTA 2012)
  pct,        // few kinds as well, and each link has its own pace, which changes a few times a run
  exhaustive,  // all placements, fewest faults first, and every order of deliveries on a quick network
};

struct Exploration;

struct ExploreOptions {
  Strategy strategy = Strategy::portfolio;
  std::uint32_t faults = 2;        // placed in one run, at most
  std::uint64_t budget = 100'000;  // runs
  std::uint64_t seed = 1;          // of the strategies that sample
  std::vector<FaultKind> kinds;    // none: all
  std::vector<std::string>
      properties;            // none: those that the scenario names, or all but the ladder
  bool prune_states = true;  // exhaustive: what follows a state is carried out once
  bool drop_orders = true;   // exhaustive: nor are orders that come to the same
  bool symmetry = true;      // exhaustive: nodes that are alike are interchangeable
  Limits limits;
  const std::atomic<bool>* stop = nullptr;           // set by somebody else: keep what there is
  std::function<void(const Exploration&)> progress;  // how far it has come, called before each run
};

// A run that breaks a property, as a plan of its own.
struct Found {
  LoadedScenario loaded;  // with the faults that were placed
  std::vector<NamedChoice> choices;
  std::string property;
  std::uint32_t faults = 0;  // placed
  Strategy by{};
  std::uint64_t run = 0;  // which, from 1
};

struct Exploration {
  std::uint64_t runs = 0;
  std::uint64_t undecided_runs = 0;  // a judge's budget ran out, or the run's own
  std::uint64_t states = 0;          // distinct ones, where the exhaustive search had a choice
  std::uint64_t depth = 0;           // the most events of the kernel in one run
  // Of runs that were drawn at random: how many, how many different ones, and those of them that came up once. The
  // next is a new one with a chance of about once / sampled (Good, Biometrika 40, 1953).
  std::uint64_t sampled = 0;
  std::uint64_t different = 0;
  std::uint64_t once = 0;
  // Where placements are tried one after the other: those of so many faults at present, since that run, and an
  // estimate of which part of them lies behind.
  std::uint32_t trying = 0;
  std::uint64_t trying_since = 0;
  double done = 0;
  // Every placement of fewer faults than this was tried in the dull run (exhaustive: in every order), and none
  // broke a property: all that the search finished.
  std::uint32_t none_below = 0;
  // Exhaustive: no run with fewer deviations than this broke one, counting faults and interruptions of a client that
  // could have gone on.
  std::uint32_t none_below_deviations = 0;
  bool complete = false;  // every placement of at most `faults` faults was
  bool interrupted = false;
  std::vector<std::string> properties;  // that were looked at
  std::optional<Found> found;
};

// Ends with the first violation. Deterministic: the same input, the same result.
Exploration explore(const LoadedScenario& loaded, const LockRegistry& locks,
                    const ExploreOptions& options);

}  // namespace picklock
