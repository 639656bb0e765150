// Wing and Gong's search (1993), one return after another: every way in which the cut can have come about, while
// what is not named may have happened or not.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checker/certificates/certificates.h"
#include "checker/plain_object.h"

namespace picklock::certificates {
namespace {

using Calls = std::set<std::uint32_t>;  // places

struct Way {
  PlainObject object;
  Calls done;  // of those in flight
};

// Two ways to the same object that agree in the named calls: one in which fewer of the others have taken effect can go
// on in every way in which the other can, which is left out.
void add(std::vector<Way>& ways, const Way& way, const Calls& named) {
  const bool is_needless = std::ranges::any_of(ways, [&](const Way& known) {
    return known.object == way.object && std::ranges::includes(way.done, known.done) &&
           std::ranges::all_of(way.done, [&](std::uint32_t call) {
             return known.done.contains(call) || !named.contains(call);
           });
  });
  if (!is_needless) ways.push_back(way);
}

// The way after `call`, where it can come next.
std::optional<Way> after(Way way, std::uint32_t call, const Calls& in_flight, const Claim& claim,
                         const Calls& named) {
  // A process's operations follow one another even where they touch.
  const auto touch = [&](std::uint32_t first, std::uint32_t second) {
    return first < second && claim.at(first).process == claim.at(second).process &&
           claim.at(first).returned <= claim.at(second).invoked;
  };
  for (const std::uint32_t other : in_flight) {
    const bool is_done = way.done.contains(other);
    if (is_done ? other == call || touch(call, other) : named.contains(other) && touch(other, call))
      return {};
  }
  Operation operation = claim.at(call);
  const bool has_returned = claim.has_returned(operation);
  if (!has_returned) operation.returned = kNever;
  using enum PlainObject::Demand;
  if (!way.object.apply(operation, has_returned && named.contains(call) ? recorded : success))
    return {};
  way.done.insert(call);
  return way;
}

}  // namespace

std::string why_not_unexplained(const Claim& claim) {
  constexpr std::size_t kMostWays = 20'000;  // at one return
  const Calls named(claim.named.begin(), claim.named.end());
  Calls calls;
  std::set<std::pair<TrueTime, std::uint32_t>> returns;
  std::vector<Way> ways{{PlainObject(claim.history.values, claim.judgement.specification), {}}};
  std::set<std::string> wanted;
  for (std::uint32_t i = 0; i < claim.history.operations.size(); ++i) {
    const Operation& operation = claim.at(i);
    const bool has_returned = claim.has_returned(operation);
    const bool failed = has_returned && operation.outcome == Outcome::refused;
    if (!claim.is_in_cut(operation) || (failed && !named.contains(i))) continue;
    calls.insert(i);
    if (has_returned) returns.emplace(operation.returned, i);
    const PlainObject& object = ways.front().object;
    if (operation.verb == Verb::compare_and_set) {
      wanted.insert(object.text(claim.history.values.items_of(operation.argument).front()));
    } else if (operation.verb == Verb::read && named.contains(i)) {
      wanted.insert(object.text(operation.result));
    }
  }
  Calls in_flight;
  auto next = calls.begin();
  for (const auto& [now, returning] : returns) {
    while (next != calls.end() && claim.at(*next).invoked <= now) in_flight.insert(*next++);
    // Before this return something takes effect as long as the returning call has not; whatever else may come later.
    std::vector<Way> known = std::exchange(ways, {});
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (claim.watch != nullptr && !claim.watch->go_on(1)) return "it was interrupted";
      if (known.size() > kMostWays)
        return "it can have come about in too many ways to try them all";
      Way way = known[i];
      const bool is_done = way.done.erase(returning) != 0;
      if (is_done || !named.contains(returning)) add(ways, way, named);
      if (is_done) continue;
      for (const std::uint32_t call : in_flight) {
        std::optional<Way> more = after(way, call, in_flight, claim, named);
        if (!more) continue;
        more->object.forget(wanted);
        add(known, *more, named);
      }
    }
    in_flight.erase(returning);
    if (ways.empty()) return {};
  }
  return "the sub-history can be explained";
}

}  // namespace picklock::certificates
