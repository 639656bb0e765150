#include "search/trials.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/require.h"
#include "scenarios/fault_json.h"
#include "search/vocabulary.h"

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

}  // namespace

Trials::Trials(const LoadedScenario& loaded, const LockRegistry& locks,
               const ExploreOptions& options)
    : loaded_(loaded),
      locks_(locks),
      options_(options),
      wanted_(wanted(loaded.scenario, options)),
      world_(loaded.scenario, locks) {
  for (const Property* property : wanted_) result.properties.emplace_back(property->name);
}

bool Trials::is_over() {
  if (result.found) return true;
  if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) {
    result.interrupted = true;
  }
  return result.interrupted || result.runs >= options_.budget;
}

void Trials::place(const std::vector<Fault>& placed) {
  if (options_.progress) options_.progress(result);
  ++result.runs;
  if (placed == placed_) return;
  placed_ = placed;
  set_faults(placed, free_ == nullptr ? std::vector<Fault>{} : free_->all());
}

void Trials::set_faults(const std::vector<Fault>& placed, const std::vector<Fault>& free) {
  std::vector<Fault> faults = loaded_.scenario.faults;
  faults.insert(faults.end(), placed.begin(), placed.end());
  faults.insert(faults.end(), free.begin(), free.end());
  world_.set_faults(std::move(faults), free.size());
}

void Trials::begin_placing(std::uint32_t faults) {
  result.trying = faults;
  result.trying_since = result.runs;
  result.done = 0;
}

void Trials::count(Strategy by) {
  result.depth = std::max(result.depth, run_->events);
  if (by == Strategy::bounded || by == Strategy::exhaustive) return;
  ++result.sampled;
  const auto [known, is_new] = sampled_.try_emplace(run_->digest, false);
  if (is_new) {
    ++result.different;
    ++result.once;
  } else if (!std::exchange(known->second, true)) {
    --result.once;
  }
}

bool Trials::carry_out(Strategy by, const std::vector<Fault>& placed, const Choices& choices,
                       std::vector<Occasion>* occasions) {
  if (is_over()) return false;
  place(placed);
  run_ = &world_.run(choices, {.occasions = occasions});
  count(by);
  const Property* broken = judge(placed);
  return broken == nullptr || report(*broken, by, placed, choices);
}

bool Trials::carry_out_ordered(const std::vector<Fault>& placed, ExhaustiveOrder& order,
                               std::vector<Occasion>* occasions) {
  if (is_over()) return false;
  place(placed);
  world_.set_order(&order);
  run_ = &world_.run(Choices::replay({}), {.occasions = occasions});
  world_.set_order(nullptr);
  count(Strategy::exhaustive);
  result.states = order.states();
  if (run_->history.complete && !order.shows_anything_new()) return true;
  std::vector<Fault> all = placed;
  for (const std::uint32_t number : order.struck()) all.push_back(free_->all()[number]);
  const Property* broken = judge(all);
  if (broken == nullptr) return true;
  const Choices choices = Choices::replay(order.deviations());
  if (!order.struck().empty()) {
    all = anchored(placed, order);
    set_faults(all, {});
  }
  return report(*broken, Strategy::exhaustive, all, choices);
}

// What was placed and what struck in the last run, whose occasions are those of the same run once more.
std::vector<Fault> Trials::anchored(const std::vector<Fault>& placed, ExhaustiveOrder& order) {
  std::vector<Fault> all = placed;
  std::vector<Occasion> occasions;
  order.repeat(occasions);
  world_.set_order(&order);
  world_.run(Choices::replay({}), {.occasions = &occasions});
  world_.set_order(nullptr);
  const std::vector<Occasion>& where = order.where_it_struck();
  for (std::size_t i = 0; i < where.size(); ++i) {
    all.push_back(free_->anchored(order.struck()[i], where[i]));
  }
  return all;
}

const Property* Trials::judge(const std::vector<Fault>& placed) {
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
  if (undecided) ++result.undecided_runs;
  return nullptr;
}

bool Trials::report(const Property& broken, Strategy by, const std::vector<Fault>& placed,
                    const Choices& choices) {
  const RunResult& run = world_.run(choices, {.record_choices = true});
  timeline_.assign(run.history);
  require(broken.judge(timeline_, options_.limits).status == Status::violated,
          "a run that broke a property does so again");
  std::vector<NamedChoice> named;
  for (const Choice& choice : run.choices) {
    named.push_back({world_.stream_name(choice.stream), choice.ordinal, choice.value});
  }
  Result<LoadedScenario> plan = with_faults(loaded_, placed, vocabulary_of(locks_));
  require(plan.has_value(), "what was placed is a fault of a scenario");
  result.found = Found{.loaded = std::move(plan).value(),
                       .choices = std::move(named),
                       .property = std::string(broken.name),
                       .faults = static_cast<std::uint32_t>(placed.size()),
                       .by = by,
                       .run = result.runs};
  return false;
}

TrueTime Trials::last_strike(const std::vector<Fault>& placed) const {
  const auto number = static_cast<std::int64_t>(loaded_.scenario.faults.size() + placed.size()) - 1;
  for (const Event& event : run_->history.events) {
    if (event.kind == EventKind::fault && event.value == number) return event.at;
  }
  return kNever;
}

World::Past Trials::past() const {
  using enum World::Past;
  // Two at once: of what is. What the resource lost or sold: of what it was handed, and clients were told.
  static constexpr std::array<std::pair<std::string_view, World::Past>, 5> kKnown{
      {{"server-exclusion", nothing},
       {"belief-exclusion", nothing},
       {"diligent-belief-exclusion", nothing},
       {"no-lost-update", resource},
       {"no-oversell", resource}}};
  World::Past most = nothing;
  for (const Property* property : wanted_) {
    const auto known =
        std::ranges::find(kKnown, property->name, &std::pair<std::string_view, World::Past>::first);
    most = std::max(most, known == kKnown.end() ? all : known->second);
  }
  return most;
}

bool Trials::sees_servers() const {
  return std::ranges::any_of(wanted_, [](const Property* property) {
    return property->name != "belief-exclusion" && property->name != "diligent-belief-exclusion";
  });
}

}  // namespace picklock
