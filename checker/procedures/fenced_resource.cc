#include "checker/procedures/fenced_resource.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "checker/timeline.h"

namespace picklock {
namespace {

struct Accept {
  std::int64_t token = 0;
  TrueTime earliest{};
  std::uint32_t place = 0;
};

}  // namespace

Decision decide_fenced_resource(const OperationHistory& history, Places places, Pace& pace) {
  std::vector<Accept> accepts;
  std::vector<std::uint32_t> refusals;
  std::vector<TrueTime> last_return(history.processes.size(), TrueTime::min());
  bool has_unknowns = false;
  for (const std::uint32_t place : places) {
    pace.step();
    const Operation& operation = history.operations[place];
    if (operation.process >= last_return.size()) return declined();
    if (last_return[operation.process] == operation.invoked) return declined();
    last_return[operation.process] = operation.returned;
    if (operation.outcome == Outcome::unknown) {
      has_unknowns = true;
    } else if (!operation.argument.is_integer()) {
      if (operation.outcome == Outcome::refused) return declined();
    } else if (operation.outcome == Outcome::refused) {
      refusals.push_back(place);
    } else {
      accepts.push_back({.token = operation.argument.as_integer(),
                         .earliest = operation.invoked,
                         .place = place});
    }
  }
  if (has_unknowns && !refusals.empty()) return declined();
  sort_at(pace, accepts, [](const Accept& a, const Accept& b) {
    return std::tuple(a.token, a.place) < std::tuple(b.token, b.place);
  });
  // Everything with a smaller token comes first.
  TrueTime before = TrueTime::min();
  for (std::size_t i = 0; i < accepts.size();) {
    TrueTime latest = before;
    const std::int64_t token = accepts[i].token;
    for (; i < accepts.size() && accepts[i].token == token; ++i) {
      latest = std::max(latest, accepts[i].earliest);
      accepts[i].earliest = std::max(accepts[i].earliest, before);
      // The search finds which operations contradict each other.
      if (accepts[i].earliest > history.operations[accepts[i].place].returned) return declined();
    }
    before = latest;
  }
  // Of all larger tokens the earliest counts.
  for (std::size_t i = accepts.size(); i > 1; --i) {
    accepts[i - 2].earliest = std::min(accepts[i - 2].earliest, accepts[i - 1].earliest);
  }
  for (const std::uint32_t place : refusals) {
    const Operation& refusal = history.operations[place];
    const auto larger =
        std::ranges::upper_bound(accepts, refusal.argument.as_integer(), {}, &Accept::token);
    if (larger == accepts.end() || larger->earliest > refusal.returned) return declined();
  }
  return {};
}

}  // namespace picklock
