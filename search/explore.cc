#include "search/explore.h"

#include <algorithm>
#include <utility>

#include "base/require.h"
#include "checker/properties.h"
#include "checker/timeline.h"
#include "scenarios/fault_json.h"
#include "search/placements.h"
#include "search/sampler.h"
#include "search/vocabulary.h"
#include "sim/world.h"

namespace picklock {
namespace {

std::vector<const Property*> wanted(const Scenario& scenario, const ExploreOptions& options) {
  std::vector<const Property*> wanted;
  for (const std::string& name : options.properties) {
    const Property* property = find_property(name);
    require(property != nullptr, "an exploration is asked for properties that exist");
    wanted.push_back(property);
  }
  if (!wanted.empty()) return wanted;
  for (const Property& property : properties()) {
    const auto expected = scenario.expect.find(std::string(property.name));
    const bool named = expected != scenario.expect.end() && expected->second != Expected::any;
    const bool of_all = scenario.expect.empty() && !property.name.starts_with("lock-");
    if (named || of_all) wanted.push_back(&property);
  }
  return wanted;
}

// When the last placed fault took effect; never when it did not.
TrueTime last_strike(const History& history, std::size_t fault) {
  for (const Event& event : history.events) {
    const bool is_it = event.kind == EventKind::fault && event.value == static_cast<int>(fault);
    if (is_it) return event.at;
  }
  return kNever;
}

// A world that stays broken cannot go on as it should, whatever the lock does: liveness is judged when every placed
// fault has ended. That a client dies for good is no excuse.
bool ends(const Fault& fault, Duration duration) {
  switch (fault.kind) {
    case FaultKind::delay:
      return fault.by < duration;
    case FaultKind::crash:
      return fault.length.min != kForever || fault.on.front().starts_with("client-");
    case FaultKind::pause:
    case FaultKind::suspend:
    case FaultKind::partition:
    case FaultKind::clock_freeze:
      return fault.length.min != kForever;
    default:
      return true;
  }
}

bool is_liveness(const Property& property) {
  return property.id.starts_with("LV");
}

class Explorer {
 public:
  Explorer(const LoadedScenario& loaded, const LockRegistry& locks, const ExploreOptions& options)
      : loaded_(loaded),
        locks_(locks),
        options_(options),
        wanted_(wanted(loaded.scenario, options)),
        world_(loaded.scenario, locks),
        placements_(loaded.scenario, options.kinds) {}

  Exploration run() {
    for (const Property* property : wanted_) result_.properties.emplace_back(property->name);
    by_ = Strategy::bounded;
    std::vector<Occasion> occasions;
    if (!carry_out({}, Choices::replay({}), &occasions)) return std::move(result_);
    result_.none_below = 1;
    sampler_.emplace(placements_, placements_.at(occasions), options_);
    if (options_.strategy == Strategy::portfolio || options_.strategy == Strategy::bounded) {
      search_bounded();
    }
    // What was placed everywhere need not be sampled; but sampling also draws what was dull.
    if (options_.strategy != Strategy::bounded) {
      while (sample()) {
      }
    }
    return std::move(result_);
  }

 private:
  bool is_over() {
    if (result_.found) return true;
    if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) {
      result_.interrupted = true;
    }
    return result_.interrupted || result_.runs >= options_.budget;
  }

  // False when the search is over: there is no budget for it, or it broke a property.
  bool carry_out(const std::vector<Fault>& placed, Choices choices,
                 std::vector<Occasion>* occasions) {
    if (is_over()) return false;
    ++result_.runs;
    if (options_.progress) options_.progress(result_.runs);
    std::vector<Fault> faults = loaded_.scenario.faults;
    faults.insert(faults.end(), placed.begin(), placed.end());
    world_.set_faults(std::move(faults));
    const Choices again = choices;
    run_ = &world_.run(std::move(choices), {.occasions = occasions});
    const Property* broken = judge(placed);
    if (broken != nullptr) report(*broken, placed, again);
    return broken == nullptr;
  }

  const Property* judge(const std::vector<Fault>& placed) {
    timeline_.assign(run_->history);
    bool undecided = !run_->history.complete;
    const bool all_end = std::ranges::all_of(
        placed, [&](const Fault& fault) { return ends(fault, loaded_.scenario.duration); });
    for (const Property* property : wanted_) {
      if (is_liveness(*property) && !all_end) continue;
      const Status status = property->judge(timeline_, options_.limits).status;
      if (status == Status::violated) return property;
      undecided |= status == Status::undecided;
    }
    if (undecided) ++result_.undecided_runs;
    return nullptr;
  }

  void report(const Property& broken, const std::vector<Fault>& placed, Choices choices) {
    const RunResult& run = world_.run(std::move(choices), {.record_choices = true});
    std::vector<NamedChoice> named;
    for (const Choice& choice : run.choices) {
      named.push_back({world_.stream_name(choice.stream), choice.ordinal, choice.value});
    }
    Result<LoadedScenario> plan = with_faults(loaded_, placed, vocabulary_of(locks_));
    require(plan.has_value(), "what was placed is a fault of a scenario");
    result_.found = Found{.loaded = std::move(plan).value(),
                          .choices = std::move(named),
                          .property = std::string(broken.name),
                          .faults = static_cast<std::uint32_t>(placed.size()),
                          .by = by_,
                          .run = result_.runs};
  }

  void search_bounded() {
    for (std::uint32_t faults = 1; faults <= options_.faults; ++faults) {
      std::vector<Fault> placed;
      taking_turns_ = options_.strategy == Strategy::portfolio && faults > 1;
      if (!place(placed, faults)) return;
      result_.none_below = faults + 1;
    }
    result_.complete = result_.undecided_runs == 0;
  }

  // All runs with `more` faults beside those that are placed. Faults are placed in the order in which they strike.
  bool place(std::vector<Fault>& placed, std::uint32_t more) {
    std::vector<Occasion> occasions;
    if (!carry_out_bounded(placed, &occasions)) return false;
    TrueTime from{};
    if (!placed.empty()) {
      from = last_strike(run_->history, loaded_.scenario.faults.size() + placed.size() - 1);
    }
    for (const Placement& placement : placements_.at(occasions)) {
      if (placement.at < from) continue;
      placed.push_back(placement.fault);
      const bool went_on = placement.lasts ? place_lasting(placed, placement, more - 1)
                                           : place_one(placed, more - 1);
      placed.pop_back();
      if (!went_on) return false;
    }
    return true;
  }

  bool place_one(std::vector<Fault>& placed, std::uint32_t more) {
    return more == 0 ? carry_out_bounded(placed, nullptr) : place(placed, more);
  }

  bool place_lasting(std::vector<Fault>& placed, const Placement& placement, std::uint32_t more) {
    if (!place_one(placed, more)) return false;
    if (more > 0 && !carry_out_bounded(placed, nullptr)) return false;
    for (const Duration length : Placements::lengths(run_->history, placement.at)) {
      placed.back() = Placements::lasting(placement, length);
      if (!place_one(placed, more)) return false;
    }
    return true;
  }

  bool carry_out_bounded(const std::vector<Fault>& placed, std::vector<Occasion>* occasions) {
    if (taking_turns_ && !sample()) return false;
    by_ = Strategy::bounded;
    return carry_out(placed, Choices::replay({}), occasions);
  }

  bool sample() {
    Sampler::Sample sample = sampler_->next();
    by_ = sampler_->strategy();
    return carry_out(sample.faults, std::move(sample.choices), nullptr);
  }

  const LoadedScenario& loaded_;
  const LockRegistry& locks_;
  const ExploreOptions& options_;
  std::vector<const Property*> wanted_;
  World world_;
  Placements placements_;
  std::optional<Sampler> sampler_;
  Timeline timeline_;
  const RunResult* run_ = nullptr;  // the last one
  bool taking_turns_ = false;
  Strategy by_{};
  Exploration result_;
};

}  // namespace

Exploration explore(const LoadedScenario& loaded, const LockRegistry& locks,
                    const ExploreOptions& options) {
  return Explorer(loaded, locks, options).run();
}

}  // namespace picklock
