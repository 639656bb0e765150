#include "search/explore.h"

#include <utility>

#include "search/every_order.h"
#include "search/part_done.h"
#include "search/placements.h"
#include "search/sampler.h"
#include "search/trials.h"

namespace picklock {
namespace {

// All placements in a run that is dull otherwise, and samples of everything.
class Explorer {
 public:
  Explorer(const LoadedScenario& loaded, const LockRegistry& locks, const ExploreOptions& options)
      : options_(options),
        trials_(loaded, locks, options),
        placements_(loaded.scenario, options.kinds) {}

  Exploration run() {
    std::vector<Occasion> occasions;
    const Choices dull = Choices::replay({});
    if (!trials_.carry_out(Strategy::bounded, {}, dull, &occasions)) return finished();
    trials_.result.none_below = 1;
    sampler_.emplace(placements_, placements_.at(occasions), options_);
    if (options_.strategy == Strategy::portfolio || options_.strategy == Strategy::bounded) {
      search_bounded();
    }
    // What was placed everywhere need not be sampled; but sampling also draws what was dull.
    if (options_.strategy != Strategy::bounded) {
      while (sample()) {
      }
    }
    return finished();
  }

 private:
  Exploration finished() { return std::move(trials_.result); }

  void search_bounded() {
    for (std::uint32_t faults = 1; faults <= options_.faults; ++faults) {
      std::vector<Fault> placed;
      trials_.begin_placing(faults);
      taking_turns_ = options_.strategy == Strategy::portfolio && faults > 1;
      if (!place(placed, faults)) return;
      trials_.result.none_below = faults + 1;
    }
    trials_.result.done = 1;
    trials_.result.complete = trials_.result.undecided_runs == 0;
  }

  // All runs with `more` faults beside those that are placed. Faults are placed in the order in which they strike.
  bool place(std::vector<Fault>& placed, std::uint32_t more) {
    std::vector<Occasion> occasions;
    if (!carry_out(placed, &occasions)) return false;
    const TrueTime from = placed.empty() ? TrueTime{} : trials_.last_strike(placed);
    const std::vector<Placement> all = placements_.at(occasions);
    turns_.push_back({.ways = all.size()});
    for (const Placement& placement : all) {
      if (placement.at >= from) {
        placed.push_back(placement.fault);
        const bool went_on = placement.lasts ? place_lasting(placed, placement, more - 1)
                                             : place_one(placed, more - 1);
        placed.pop_back();
        if (!went_on) return false;
      }
      ++turns_.back().taken;
    }
    turns_.pop_back();
    return true;
  }

  bool place_one(std::vector<Fault>& placed, std::uint32_t more) {
    return more == 0 ? carry_out(placed, nullptr) : place(placed, more);
  }

  bool place_lasting(std::vector<Fault>& placed, const Placement& placement, std::uint32_t more) {
    if (!place_one(placed, more)) return false;
    if (more > 0 && !carry_out(placed, nullptr)) return false;
    const std::vector<Duration> lengths = Placements::lengths(trials_.last(), placement.at);
    turns_.push_back({.taken = 1, .ways = lengths.size() + 1});
    for (const Duration length : lengths) {
      placed.back() = Placements::lasting(placement, length);
      if (!place_one(placed, more)) return false;
      ++turns_.back().taken;
    }
    turns_.pop_back();
    return true;
  }

  bool carry_out(const std::vector<Fault>& placed, std::vector<Occasion>* occasions) {
    if (taking_turns_ && !sample()) return false;
    trials_.result.done = part_done(turns_);
    return trials_.carry_out(Strategy::bounded, placed, Choices::replay({}), occasions);
  }

  bool sample() {
    const Sampler::Sample sample = sampler_->next();
    return trials_.carry_out(sampler_->strategy(), sample.faults, sample.choices, nullptr);
  }

  const ExploreOptions& options_;
  Trials trials_;
  Placements placements_;
  std::optional<Sampler> sampler_;
  std::vector<Turn> turns_;  // from the first fault that is placed to the last, and its length
  bool taking_turns_ = false;
};

}  // namespace

Exploration explore(const LoadedScenario& loaded, const LockRegistry& locks,
                    const ExploreOptions& options) {
  if (options.strategy != Strategy::exhaustive) return Explorer(loaded, locks, options).run();
  return explore_every_order(loaded, locks, options);
}

}  // namespace picklock
