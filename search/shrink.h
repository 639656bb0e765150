// The smallest counterexample that a violating run leads to.
//
// What is made small is the plan itself (its faults, clients, servers, rounds, lengths) and the deviations
// from the dull run. A smaller run counts when it breaks the same property for the same reason. Deviations go
// by delta debugging (Zeller and Hildebrandt, 2002); their labels are local, so that taking one away leaves
// the others as they were.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "checker/run_size.h"
#include "checker/verdict.h"
#include "scenarios/loader.h"
#include "search/rerun.h"

namespace picklock {

struct ShrinkOptions {
  std::uint64_t replays = 20'000;  // budget: how many smaller runs may be tried
  Limits limits;
  const std::atomic<bool>* stop = nullptr;              // set by somebody else: keep what there is
  std::function<void(std::uint64_t replays)> progress;  // called now and then
};

struct ShrunkRun {
  LoadedScenario loaded;  // the plan, with those of its fixes that still apply
  std::vector<NamedChoice> choices;
  Recording recording;
  Counterexample counterexample;
  Shrinking shrinking;
};

// `choices` replayed on the plan break `property`. Deterministic: the same input, the same result.
ShrunkRun shrink(const LoadedScenario& loaded, const std::vector<NamedChoice>& choices,
                 const std::string& property, const LockRegistry& locks,
                 const ShrinkOptions& options);

// A reason without its numbers: two violations for the same reason have the same shape.
std::string shape_of(const std::string& reason);

}  // namespace picklock
