#include "search/same_run.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace picklock {
namespace {

using Place = std::pair<NodeId, std::uint32_t>;  // the client, and which of its operations

std::map<OpId, Place> places_of(const std::vector<Event>& events) {
  std::map<OpId, Place> places{{OpId(), {}}};
  std::map<NodeId, std::uint32_t> counts;
  for (const Event& event : events) {
    if (event.kind == EventKind::invoke) places[event.op] = {event.node, ++counts[event.node]};
  }
  return places;
}

// The events in an order that depends on nothing but themselves.
class Canonical {
 public:
  explicit Canonical(const History& history)
      : places_(places_of(history.events)), events_(history.events) {
    std::ranges::sort(events_, {}, [this](const Event& event) { return key(event); });
  }

  const Event& event(std::size_t i) const { return events_[i]; }
  bool has(std::size_t i) const { return i < events_.size(); }
  bool is_same(std::size_t i, const Canonical& other) const {
    return has(i) && other.has(i) && key(events_[i]) == other.key(other.events_[i]);
  }

 private:
  using Key = std::tuple<TrueTime, EventKind, NodeId, Place, Place, Action, Outcome, Cause,
                         std::int64_t, std::int64_t>;

  Key key(const Event& event) const {
    return {event.at,     event.kind,    event.node,  place(event.op), place(event.hold),
            event.action, event.outcome, event.cause, event.value,     event.fence};
  }
  Place place(OpId op) const {
    const auto found = places_.find(op);
    return found == places_.end() ? Place() : found->second;
  }

  std::map<OpId, Place> places_;
  std::vector<Event> events_;
};

}  // namespace

std::optional<RunDifference> difference_between(const History& a, const History& b) {
  const Canonical one(a);
  const Canonical other(b);
  std::size_t i = 0;
  while (one.is_same(i, other)) ++i;
  if (!one.has(i) && !other.has(i)) return std::nullopt;
  RunDifference difference;
  if (one.has(i)) difference.a = one.event(i);
  if (other.has(i)) difference.b = other.event(i);
  return difference;
}

}  // namespace picklock
