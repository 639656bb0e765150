#include "search/explore.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/require.h"
#include "scenarios/fault_json.h"
#include "search/exhaustive.h"
#include "search/part_done.h"
#include "search/placements.h"
#include "search/sampler.h"
#include "search/trials.h"
#include "search/vocabulary.h"

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

// All placements, each in every order.
class ExhaustiveExplorer {
 public:
  ExhaustiveExplorer(const LoadedScenario& loaded, const LockRegistry& locks,
                     const ExploreOptions& options)
      : options_(options),
        trials_(loaded, locks, options),
        placements_(loaded.scenario, options.kinds),
        order_(trials_.world(), loaded.scenario,
               locks.find(loaded.scenario.lock.algorithm)->servers_alike,
               {.states = options.prune_states,
                .symmetry = options.symmetry,
                .orders = options.prune_states && options.drop_orders,
                .past = trials_.past(),
                .sees_servers = trials_.sees_servers()}) {}

  Exploration run() {
    std::vector<Plan> plans{{}};
    for (std::uint32_t faults = 0; faults <= options_.faults; ++faults) {
      const bool is_last = faults == options_.faults;
      std::vector<Plan> next;
      trials_.begin_placing(faults);
      of_plans_ = {.ways = plans.size()};
      for (const Plan& plan : plans) {
        if (!exhaust(plan, is_last ? nullptr : &next)) return finished();
        ++of_plans_.taken;
      }
      trials_.result.none_below = faults + 1;
      plans = std::move(next);
    }
    trials_.result.done = 1;
    trials_.result.complete = trials_.result.undecided_runs == 0;
    return finished();
  }

 private:
  using Plan = std::vector<Fault>;

  Exploration finished() { return std::move(trials_.result); }

  // All orders of one plan. `next` gets the plans with one fault more; one that can strike does so at an occasion of
  // a run without it.
  bool exhaust(const Plan& plan, std::vector<Plan>* next) {
    std::vector<Occasion> occasions;
    std::vector<Occasion> of_run;
    std::vector<Occasion>* const wanted = next == nullptr ? nullptr : &of_run;
    order_.begin(both(plan), wanted);
    do {
      trials_.result.done = (static_cast<double>(of_plans_.taken) + order_.done()) /
                            static_cast<double>(of_plans_.ways);
      if (!trials_.carry_out_ordered(plan, order_, wanted)) return false;
      for (const Occasion& one : of_run) add(occasions, one);
    } while (order_.advance());
    if (next == nullptr) return true;
    for (const Placement& placement : placements_.at(occasions)) {
      if (!extend(plan, placement, *next)) return false;
    }
    return true;
  }

  Plan both(const Plan& plan) const {
    Plan all = trials_.loaded().scenario.faults;
    all.insert(all.end(), plan.begin(), plan.end());
    return all;
  }

  // Each once; where it repeats itself is a matter of the order, so that all count.
  static void add(std::vector<Occasion>& occasions, const Occasion& one) {
    const bool known = std::ranges::any_of(occasions, [&](const Occasion& other) {
      return other.node == one.node && other.to == one.to && other.what == one.what &&
             other.nth == one.nth;
    });
    if (known) return;
    occasions.push_back(one);
    occasions.back().recorded = occasions.size();
  }

  // How long a fault may last is the union over all orders in which it lasts longest.
  bool extend(const Plan& plan, const Placement& placement, std::vector<Plan>& next) {
    Plan longer = plan;
    longer.push_back(placement.fault);
    if (is_new(longer)) next.push_back(longer);
    if (!placement.lasts) return true;
    std::set<Duration> lengths;
    order_.begin(both(longer), nullptr);
    do {
      if (!trials_.carry_out_ordered(longer, order_, nullptr)) return false;
      const TrueTime struck = trials_.last_strike(longer);
      if (struck == kNever) continue;
      const TrueTime at = struck - struck.time_since_epoch() % std::chrono::microseconds(1);
      for (const Duration length : Placements::lengths(trials_.last(), at)) lengths.insert(length);
    } while (order_.advance());
    for (const Duration length : lengths) {
      longer.back() = Placements::lasting(placement, length);
      if (is_new(longer)) next.push_back(longer);
    }
    return true;
  }

  // Whatever the order in which its faults were placed.
  bool is_new(const Plan& plan) {
    std::vector<std::string> texts;
    for (const Fault& fault : plan) texts.push_back(fault_json(fault));
    std::ranges::sort(texts);
    return plans_.insert(std::move(texts)).second;
  }

  const ExploreOptions& options_;
  Trials trials_;
  Placements placements_;
  ExhaustiveOrder order_;
  Turn of_plans_;  // with as many faults
  std::set<std::vector<std::string>> plans_;
};

// The same plan where messages take no time, so that all that are under way may arrive next.
LoadedScenario with_quick_network(const LoadedScenario& loaded, const LockRegistry& locks) {
  const std::vector<Override> changes{{"/network/delay", "0s"}, {"/network/order", "any"}};
  Result<LoadedScenario> quick =
      parse_scenario(loaded.json, loaded.scenario.name, vocabulary_of(locks), changes);
  require(quick.has_value(), "a network without delays makes sense in every scenario");
  return std::move(quick).value();
}

}  // namespace

Exploration explore(const LoadedScenario& loaded, const LockRegistry& locks,
                    const ExploreOptions& options) {
  if (options.strategy != Strategy::exhaustive) return Explorer(loaded, locks, options).run();
  return ExhaustiveExplorer(with_quick_network(loaded, locks), locks, options).run();
}

}  // namespace picklock
