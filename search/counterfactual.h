// What would have happened otherwise: from which step on a violation could not be avoided, and which change of
// the plan defeats it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "base/time.h"
#include "checker/verdict.h"
#include "scenarios/loader.h"
#include "search/rerun.h"

namespace picklock {

struct CounterfactualOptions {
  std::uint64_t futures = 50;  // of each step
  std::uint64_t seeds = 200;   // of each fix, with the faults aimed anew
  Limits limits;
  const std::atomic<bool>* stop = nullptr;      // set by somebody else: keep what there is
  std::function<void(std::uint64_t)> progress;  // runs so far, called now and then
};

// How many of some runs broke the property.
struct Share {
  std::uint64_t runs = 0;
  std::uint64_t violated = 0;
};

// For each instant, in the order of time: of the futures that begin there from fresh seeds, and meet no fault that
// had not begun by then, how many break the property. Of equal instants the last one includes what happened then. `instants` * futures runs; fewer when stopped.
std::vector<Share> inevitability(const Scenario& scenario, const std::vector<NamedChoice>& choices,
                                 const std::string& property, std::span<const TrueTime> instants,
                                 const LockRegistry& locks, const CounterfactualOptions& options);

// A plan against the violation that was found, and against the like of it.
struct Trial {
  std::string fix;                     // empty: the plan as it is
  std::string about;                   // what it is, in the fix's own words
  Status on_schedule = Status::holds;  // the very schedule, as far as the plan still follows it
  std::uint64_t grants = 0;            // of the lock in that run: 0 = safe because nothing happened
  // Its faults aimed anew in each seed: at other points of what the same nodes do, and pauses that outlast the
  // plan's own lease as they outlasted the first one. Counted are the runs in which each fault took effect.
  Share aimed_anew;
};

// The plan itself, and then each of its fixes.
std::vector<Trial> try_fixes(const LoadedScenario& loaded, const std::vector<NamedChoice>& choices,
                             const std::string& property, const LockRegistry& locks,
                             const CounterfactualOptions& options);

// The scenario with its faults aimed anew, as a function of the seed. `lease_before` is the one that the faults'
// lengths were planned for.
Scenario aimed_anew(const Scenario& scenario, Duration lease_before, const LockRegistry& locks,
                    std::uint64_t seed);

}  // namespace picklock
