#include "checker/sub_history.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "checker/history_cut.h"
#include "checker/object_search.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

class Minimiser {
 public:
  Minimiser(const OperationHistory& history, HistoryCut cut, const Specification& specification,
            const JudgeLimits& limits)
      : history_(history), cut_(std::move(cut)), specification_(specification), limits_(limits) {
    limits_.linearization = false;
  }

  bool violates(std::span<const std::uint32_t> kept) { return violates(kept, {}); }

  SubHistory run(std::span<const std::uint32_t> candidates) {
    return minimal_subset(
        candidates, [&](auto needed, auto rest) { return violates(needed, rest); }, gave_up_);
  }

 private:
  bool violates(std::span<const std::uint32_t> needed, std::span<const std::uint32_t> rest) {
    std::vector<std::uint8_t> is_kept(cut_.operations.size());
    const auto keep = [&](std::uint32_t place) {
      const auto found = std::ranges::lower_bound(cut_.places, place);
      if (found != cut_.places.end() && *found == place) {
        is_kept[static_cast<std::size_t>(found - cut_.places.begin())] = 1;
      }
    };
    std::ranges::for_each(needed, keep);
    std::ranges::for_each(rest, keep);
    const ObjectSearch search =
        search_object(cut_.operations, is_kept, history_.values, specification_, limits_);
    limits_.search_steps -= std::min(limits_.search_steps, search.steps);
    gave_up_ = gave_up_ || search.status == Status::undecided;
    return search.status == Status::violated;
  }

  const OperationHistory& history_;
  HistoryCut cut_;
  const Specification& specification_;
  JudgeLimits limits_;
  bool gave_up_ = false;
};

// An owner-blind mutex has two states, and what may have happened or not before an instant leaves it in
// either. So a violation needs no more than the operations that had not returned by then, after one more
// acquire that may have happened or not. Windows that double reach far enough soon.
HistoryCut recent(const HistoryCut& whole, TrueTime since) {
  HistoryCut part;
  part.operations.push_back({.invoked = since, .returned = since, .process = kNoIndex});
  part.operations.back().outcome = Outcome::ok;
  part.places.push_back(0);
  for (std::size_t i = 0; i < whole.operations.size(); ++i) {
    if (whole.operations[i].returned <= since) continue;
    Operation operation = whole.operations[i];
    operation.invoked = std::max(operation.invoked, since);
    part.operations.push_back(operation);
    part.places.push_back(whole.places[i]);
  }
  return part;
}

// Where only owners release and no refusal is to be explained, operations of others that may have happened or
// not only get in the way: what has to happen can happen without them.
std::optional<std::vector<std::uint32_t>> of_involved(const OperationHistory& history,
                                                      std::span<const std::uint32_t> places,
                                                      std::span<const std::uint32_t> candidates,
                                                      const Specification& specification) {
  const bool is_owned = entry_of(specification.kind).understands(Verb::acquire) &&
                        specification.kind != SpecificationKind::mutex;
  std::vector<bool> is_involved(history.owners.size());
  for (const std::uint32_t place : candidates) {
    const Operation& operation = history.operations[place];
    if (!is_owned || operation.outcome == Outcome::refused) return {};
    if (operation.owner >= is_involved.size()) is_involved.resize(operation.owner + 1);
    is_involved[operation.owner] = true;
  }
  std::vector<std::uint32_t> involved;
  for (const std::uint32_t place : places) {
    const std::uint32_t owner = history.operations[place].owner;
    if (owner < is_involved.size() && is_involved[owner]) involved.push_back(place);
  }
  return involved;
}

}  // namespace

TrueTime shortest_violation(const OperationHistory& history, std::span<const std::uint32_t> places,
                            TrueTime stuck, const Specification& specification,
                            const JudgeLimits& limits) {
  std::vector<TrueTime> returns;
  for (const std::uint32_t place : places) {
    const Operation& operation = history.operations[place];
    const bool returns_later = operation.returned >= stuck && operation.returned != kNever;
    if (returns_later) returns.push_back(operation.returned);
  }
  std::ranges::sort(returns);
  JudgeLimits quiet = limits;
  quiet.linearization = false;
  for (const TrueTime at : returns) {
    const HistoryCut shorter = cut(history, places, at);
    const ObjectSearch search =
        search_object(shorter.operations, {}, history.values, specification, quiet);
    if (search.status == Status::violated) return at;
  }
  return returns.empty() ? stuck : returns.back();
}

SubHistory minimise(const OperationHistory& history, std::span<const std::uint32_t> places,
                    std::span<const std::uint32_t> candidates, TrueTime at,
                    const Specification& specification, const JudgeLimits& limits) {
  const auto involved = of_involved(history, places, candidates, specification);
  HistoryCut whole = cut(history, involved ? *involved : places, at);
  if (specification.kind == SpecificationKind::mutex) {
    std::vector<TrueTime> returns;
    for (const std::uint32_t place : candidates) {
      returns.push_back(history.operations[place].returned);
    }
    std::ranges::sort(returns);
    for (std::size_t width = 16; width < returns.size(); width *= 4) {
      const TrueTime since = returns[returns.size() - width];
      std::vector<std::uint32_t> late;
      for (const std::uint32_t place : candidates) {
        if (place > 0 && history.operations[place].returned > since) late.push_back(place);
      }
      Minimiser minimiser(history, recent(whole, since), specification, limits);
      if (minimiser.violates(late)) return minimiser.run(late);
    }
  }
  return Minimiser(history, std::move(whole), specification, limits).run(candidates);
}

}  // namespace picklock
