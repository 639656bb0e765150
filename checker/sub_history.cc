#include "checker/sub_history.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "checker/history_cut.h"
#include "checker/object_search.h"
#include "checker/pace.h"
#include "checker/subset_search.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

constexpr std::size_t kNarrowest = 4;  // operations among which a contradiction is sought first ...
constexpr std::size_t kWider = 16;     // ... and how much wider next

// Minimal subsets of the latest candidates in a cut.
class Minimiser {
 public:
  Minimiser(const OperationHistory& history, HistoryCut cut, const Specification& specification,
            const JudgeLimits& limits)
      : history_(history), cut_(std::move(cut)), specification_(specification), limits_(limits) {
    limits_.linearization = false;
  }

  // Of all candidates, which are known to violate.
  SubHistory run(std::span<const std::uint32_t> candidates) {
    SubsetSearch search = search_for(candidates);
    return run(search, candidates);
  }

  // Of some of them; nothing where they are not known to violate without the others.
  std::optional<SubHistory> run_if_violated(std::span<const std::uint32_t> candidates) {
    SubsetSearch search = search_for(candidates);
    if (search.ask(marked(candidates, {})) != Status::violated) return {};
    return run(search, candidates);
  }

 private:
  SubsetSearch search_for(std::span<const std::uint32_t> candidates) {
    return {cut_.operations, marked(candidates, {}), history_.values, specification_, limits_};
  }

  SubHistory run(SubsetSearch& search, std::span<const std::uint32_t> candidates) const {
    bool gave_up = false;
    const auto violates = [&](auto needed, auto rest) {
      const Status status = search.ask(marked(needed, rest));
      gave_up = gave_up || status == Status::undecided;
      return status == Status::violated;
    };
    return minimal_subset(candidates, violates, gave_up);
  }

  std::vector<std::uint8_t> marked(std::span<const std::uint32_t> some,
                                   std::span<const std::uint32_t> others) const {
    std::vector<std::uint8_t> marks(cut_.operations.size());
    for (const auto places : {some, others}) {
      for (const std::uint32_t place : places) {
        const auto found = std::ranges::lower_bound(cut_.places, place);
        if (found == cut_.places.end() || *found != place) continue;
        marks[static_cast<std::size_t>(found - cut_.places.begin())] = 1;
      }
    }
    return marks;
  }

  const OperationHistory& history_;
  HistoryCut cut_;
  const Specification& specification_;
  JudgeLimits limits_;
};

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
  try {
    Minimiser minimiser(history, cut(history, involved ? *involved : places, at), specification,
                        limits);
    for (std::size_t width = kNarrowest; width < candidates.size(); width *= kWider) {
      if (const auto found = minimiser.run_if_violated(candidates.last(width))) return *found;
    }
    return minimiser.run(candidates);
  } catch (const Interrupted&) {
    return {.places = {candidates.begin(), candidates.end()}};
  }
}

}  // namespace picklock
