// Runs a scenario over many seeds, judges every run, and adds up. The result depends on the scenario and
// the seeds alone: not on the number of jobs, nor on which thread ran what.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "checker/verdict.h"
#include "scenarios/scenario.h"
#include "search/performance.h"
#include "sim/world.h"

namespace picklock {

// Without judging and measuring no history is kept: memory stays flat whatever the length of a run.
struct SweepOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 1;  // included
  unsigned jobs = 1;
  bool judge = true;
  bool measure = false;  // what the clients had of the lock
  bool samples = false;  // when measured: each wait, hand-over and recovery; 8 bytes each
  Limits limits;
  const std::atomic<bool>* stop = nullptr;  // set by somebody else: finish soon, keep what there is
  std::function<void(std::uint64_t done)>
      progress;  // called now and then, from one thread at a time
};

// One property over the runs of a sweep.
struct PropertyTally {
  std::uint64_t violated_runs = 0;
  std::uint64_t undecided_runs = 0;
  std::uint64_t judged = 0;
  std::optional<std::uint64_t> first_seed;  // of a violation
};

struct SweepResult {
  std::uint64_t runs = 0;  // carried out: the seeds from the first on, without a gap
  bool interrupted = false;
  std::uint64_t digest = 0;  // over the digests of all runs, in the order of seeds
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
  std::uint64_t grants = 0;
  std::int64_t simulated_ns = 0;
  std::vector<PropertyTally> properties;  // in the order of properties()
  std::string strongest_spec;  // the weakest rung over all runs; empty when nothing was judged
  std::vector<std::uint64_t> strikes;  // of each fault, over all runs; of a swarm together
  Performance performance;             // when measured
  std::uint64_t exhausted = 0;         // runs that ended at the scenario's max_events
};

SweepResult sweep(const Scenario& scenario, const LockRegistry& locks, const SweepOptions& options);

}  // namespace picklock
