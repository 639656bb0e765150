#include "checker/sub_history.h"

#include <algorithm>

#include "checker/history_cut.h"
#include "checker/object_search.h"

namespace picklock {
namespace {

class Minimiser {
 public:
  Minimiser(const OperationHistory& history, std::span<const std::uint32_t> places, TrueTime at,
            const Specification& specification, const JudgeLimits& limits)
      : history_(history), cut_(cut(history, places, at)), specification_(specification) {
    limits_ = limits;
    limits_.linearization = false;
  }

  SubHistory run(std::span<const std::uint32_t> candidates) {
    SubHistory result{.is_minimal = true};
    std::vector<std::uint32_t>& needed = result.places;
    std::span<const std::uint32_t> rest = candidates;
    while (!rest.empty() && !violates(needed, {})) {
      // The shortest suffix of the rest that still violates begins with a needed operation.
      std::size_t violating = 0;
      std::size_t explained = rest.size();
      while (explained - violating > 1) {
        const std::size_t middle = violating + (explained - violating) / 2;
        (violates(needed, rest.subspan(middle)) ? violating : explained) = middle;
      }
      needed.push_back(rest[violating]);
      rest = rest.subspan(violating + 1);
    }
    std::ranges::sort(needed);
    result.is_minimal = !gave_up_;
    return result;
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
  return Minimiser(history, places, at, specification, limits).run(candidates);
}

}  // namespace picklock
