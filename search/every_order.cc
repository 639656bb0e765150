#include "search/every_order.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/require.h"
#include "scenarios/fault_json.h"
#include "search/exhaustive.h"
#include "search/free_faults.h"
#include "search/part_done.h"
#include "search/placements.h"
#include "search/trials.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

// More than so many deviations are not tried before others: most bugs need fewer (Musuvathi and Qadeer, PLDI 2007).
constexpr std::uint32_t kFewDeviations = 2;

class EveryOrder {
 public:
  EveryOrder(const LoadedScenario& loaded, const LockRegistry& locks, const ExploreOptions& options)
      : options_(options),
        trials_(loaded, locks, options),
        placements_(loaded.scenario, options.kinds),
        free_(loaded.scenario, placements_),
        order_(trials_.world(), loaded.scenario,
               locks.find(loaded.scenario.lock.algorithm)->servers_alike, free_,
               {.states = options.prune_states,
                .symmetry = options.symmetry,
                .orders = options.prune_states && options.drop_orders,
                .past = trials_.past(),
                .sees_servers = trials_.sees_servers()}) {
    trials_.set_free(free_);
    places_ = !FreeFaults::are_all(options.kinds);
  }

  Exploration run() {
    // Where no fault can strike, what need not be tried is so much that all runs are few.
    for (std::uint32_t few = 0; few <= kFewDeviations && options_.faults > 0; ++few) {
      deviations_ = few;
      left_out_ = false;
      const std::uint32_t faults = std::min(few, options_.faults);
      const std::uint64_t with_fewer = trials_.result.runs;
      if (!sample(faults, with_fewer / 2) || !pass(faults)) return finished();
      trials_.result.none_below_deviations = few + 1;
      if (!left_out_ && few >= options_.faults) return completed();
    }
    deviations_.reset();
    for (std::uint32_t faults = 0; faults <= options_.faults; ++faults) {
      if (!pass(faults)) return finished();
      trials_.result.none_below = faults + 1;
    }
    return completed();
  }

 private:
  using Plan = std::vector<Fault>;

  Exploration finished() { return std::move(trials_.result); }

  Exploration completed() {
    trials_.result.none_below = options_.faults + 1;
    trials_.result.done = 1;
    trials_.result.complete = trials_.result.undecided_runs == 0;
    return finished();
  }

  // All runs with at most so many faults, whether they are placed beforehand or free.
  bool pass(std::uint32_t faults) {
    plans_.clear();
    trials_.begin_placing(faults);
    std::vector<Plan> plans{{}};
    of_levels_ = {.ways = places_ ? faults + 1 : 1};
    for (std::uint32_t placed = 0; placed <= faults && !plans.empty(); ++placed) {
      std::vector<Plan> next;
      of_plans_ = {.ways = plans.size()};
      for (const Plan& plan : plans) {
        if (!exhaust(plan, faults, placed < faults && places_ ? &next : nullptr)) return false;
        ++of_plans_.taken;
      }
      plans = std::move(next);
      ++of_levels_.taken;
    }
    return true;
  }

  // Where many runs with so many deviations break the lock, a few that are drawn show it, and those with fewer need not
  // wait for all of these. Nothing is placed beforehand.
  bool sample(std::uint32_t faults, std::uint64_t count) {
    begin({}, faults, nullptr);
    for (std::uint64_t i = 0; i < count; ++i) {
      order_.draw(mix(options_.seed) + i);
      if (!trials_.carry_out_ordered({}, order_, nullptr)) return false;
    }
    return true;
  }

  void begin(const Plan& plan, std::uint32_t faults, const std::vector<Occasion>* wanted) {
    const auto placed = static_cast<std::uint32_t>(plan.size());
    Bound bound{.faults = free_.all().empty() ? 0 : faults - placed};
    if (deviations_) bound.deviations = *deviations_ - placed;
    Plan all = trials_.loaded().scenario.faults;
    all.insert(all.end(), plan.begin(), plan.end());
    order_.begin(all, wanted, bound);
  }

  void estimate_done() {
    const double orders = order_.done() / static_cast<double>(of_levels_.ways * of_plans_.ways);
    trials_.result.done = part_done(std::array{of_levels_, of_plans_}) + orders;
  }

  bool go_on() {
    left_out_ |= order_.left_out();
    return order_.advance();
  }

  // All orders of one plan. `next` gets the plans with one fault more; one that can strike does so at an occasion of
  // a run without it.
  bool exhaust(const Plan& plan, std::uint32_t faults, std::vector<Plan>* next) {
    std::vector<Occasion> occasions;
    std::vector<Occasion> of_run;
    std::vector<Occasion>* const wanted = next == nullptr ? nullptr : &of_run;
    begin(plan, faults, wanted);
    do {
      if (options_.progress) estimate_done();
      const bool goes_on = trials_.carry_out_ordered(plan, order_, wanted);
      if (!goes_on) estimate_done();
      if (!goes_on) return false;
      for (const Occasion& one : of_run) add(occasions, one);
    } while (go_on());
    if (next == nullptr) return true;
    for (const Placement& placement : placements_.at(occasions)) {
      if (!FreeFaults::has(placement) && !extend(plan, faults, placement, *next)) return false;
    }
    return true;
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
  bool extend(const Plan& plan, std::uint32_t faults, const Placement& placement,
              std::vector<Plan>& next) {
    Plan longer = plan;
    longer.push_back(placement.fault);
    if (is_new(longer)) next.push_back(longer);
    if (!placement.lasts) return true;
    std::set<Duration> lengths;
    begin(longer, faults, nullptr);
    do {
      if (!trials_.carry_out_ordered(longer, order_, nullptr)) return false;
      const TrueTime struck = trials_.last_strike(longer);
      if (struck == kNever) continue;
      const TrueTime at = struck - struck.time_since_epoch() % std::chrono::microseconds(1);
      for (const Duration length : Placements::lengths(trials_.last(), at)) lengths.insert(length);
    } while (go_on());
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
  FreeFaults free_;
  ExhaustiveOrder order_;
  std::optional<std::uint32_t> deviations_;  // that runs may have, in this pass
  bool left_out_ = false;                    // in this pass: runs that have more
  bool places_ = true;                       // faults that are not free
  Turn of_levels_;                           // how many faults are placed, ...
  Turn of_plans_;                            // ... and which
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

Exploration explore_every_order(const LoadedScenario& loaded, const LockRegistry& locks,
                                const ExploreOptions& options) {
  return EveryOrder(with_quick_network(loaded, locks), locks, options).run();
}

}  // namespace picklock
