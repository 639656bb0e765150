#include "search/sweep.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/hash.h"
#include "base/require.h"
#include "checker/properties.h"
#include "checker/timeline.h"
#include "search/swarm.h"
#include "search/tally.h"

namespace picklock {
namespace {

// The runs of consecutive seeds, added up. Parts of a sweep are added in the order of seeds.
struct Part {
  std::vector<std::uint64_t> digests;  // one a run
  SweepResult sum;
  std::size_t weakest = 0;
};

// As they are counted: what a swarm draws is one.
std::size_t faults_of(const Scenario& scenario) {
  return scenario.swarm ? 1 : scenario.faults.size();
}

class Worker {
 public:
  Worker(const Scenario& scenario, const LockRegistry& locks, const SweepOptions& options)
      : runs_(scenario, locks), options_(options), faults_(faults_of(scenario)) {}

  Part run(std::uint64_t first, std::uint64_t last) {
    Part part;
    part.sum.properties.resize(properties().size());
    part.sum.strikes.resize(faults_);
    for (std::uint64_t seed = first;; ++seed) {
      const RunResult& run = runs_.run(seed, {.keep_history = options_.judge || options_.measure});
      add(part, run, seed);
      if (seed == last) return part;
    }
  }

 private:
  void add(Part& part, const RunResult& run, std::uint64_t seed) {
    SweepResult& sum = part.sum;
    ++sum.runs;
    part.digests.push_back(run.digest);
    sum.events += run.events;
    sum.messages += run.messages;
    sum.grants += run.grants;
    sum.simulated_ns += run.simulated.count();
    if (!run.history.complete) ++sum.exhausted;
    for (std::size_t i = 0; i < run.strikes.size(); ++i) {
      sum.strikes[std::min(i, faults_ - 1)] += run.strikes[i];
    }
    if (options_.judge) judge(part, run.history, seed);
    if (options_.measure) sum.performance.add(meter_.measure(run, options_.samples));
  }

  void judge(Part& part, const History& history, std::uint64_t seed) {
    timeline_.assign(history);
    tally(timeline_, seed, options_.limits, part.sum, part.weakest);
  }

  SeededRuns runs_;
  const SweepOptions& options_;
  std::size_t faults_;
  Timeline timeline_;
  Meter meter_;
};

// Hands out chunks of seeds, and adds up their parts in order.
class Sweep {
 public:
  Sweep(const Scenario& scenario, const LockRegistry& locks, const SweepOptions& options)
      : scenario_(scenario), locks_(locks), options_(options), next_(options.first_seed) {
    require(options.first_seed <= options.last_seed, "a sweep needs at least one seed");
    total_.properties.resize(properties().size());
    total_.strikes.resize(faults_of(scenario));
  }

  SweepResult run() {
    const std::uint64_t seeds = options_.last_seed - options_.first_seed;  // less one
    const auto jobs = static_cast<unsigned>(
        std::min<std::uint64_t>(std::max(1U, options_.jobs), seeds / kChunk + 1));
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < jobs; ++i) threads.emplace_back([this] { work(); });
    work();
    threads.clear();
    total_.digest = digest_.value();
    if (options_.judge) total_.strongest_spec = std::string(rung(weakest_));
    return std::move(total_);
  }

 private:
  static constexpr std::uint64_t kChunk = 16;

  void work() {
    Worker worker(scenario_, locks_, options_);
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    while (take(first, last)) deliver(first, worker.run(first, last));
  }

  bool take(std::uint64_t& first, std::uint64_t& last) {
    const std::lock_guard lock(mutex_);
    if (exhausted_) return false;
    if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) {
      total_.interrupted = true;
      return false;
    }
    first = next_;
    last = options_.last_seed - first < kChunk ? options_.last_seed : first + kChunk - 1;
    exhausted_ = last == options_.last_seed;
    next_ = last + 1;
    return true;
  }

  // Parts are added in the order of seeds; one that comes early waits.
  void deliver(std::uint64_t first, Part part) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(first, std::move(part));
    const std::uint64_t before = total_.runs;
    while (!waiting_.empty() && waiting_.begin()->first == options_.first_seed + total_.runs) {
      add(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
    }
    if (options_.progress && total_.runs != before) options_.progress(total_.runs);
  }

  void add(const Part& part) {
    for (const std::uint64_t digest : part.digests) digest_.add(digest);
    const SweepResult& sum = part.sum;
    total_.runs += sum.runs;
    total_.events += sum.events;
    total_.messages += sum.messages;
    total_.grants += sum.grants;
    total_.simulated_ns += sum.simulated_ns;
    total_.exhausted += sum.exhausted;
    total_.performance.add(sum.performance);
    for (std::size_t i = 0; i < sum.strikes.size(); ++i) total_.strikes[i] += sum.strikes[i];
    for (std::size_t i = 0; i < sum.properties.size(); ++i) {
      PropertyTally& tally = total_.properties[i];
      tally.violated_runs += sum.properties[i].violated_runs;
      tally.undecided_runs += sum.properties[i].undecided_runs;
      tally.judged += sum.properties[i].judged;
      if (!tally.first_seed) tally.first_seed = sum.properties[i].first_seed;
    }
    weakest_ = std::max(weakest_, part.weakest);
  }

  const Scenario& scenario_;
  const LockRegistry& locks_;
  const SweepOptions& options_;
  std::mutex mutex_;
  std::uint64_t next_;
  bool exhausted_ = false;
  std::map<std::uint64_t, Part> waiting_;  // by first seed
  SweepResult total_;
  Digest digest_;
  std::size_t weakest_ = 0;
};

}  // namespace

SweepResult sweep(const Scenario& scenario, const LockRegistry& locks,
                  const SweepOptions& options) {
  return Sweep(scenario, locks, options).run();
}

}  // namespace picklock
