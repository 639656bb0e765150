#include "search/same_run.h"

#include <algorithm>
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

auto in_canonical_order(const History& history) {
  const std::map<OpId, Place> places = places_of(history.events);
  const auto place = [&](OpId op) {
    const auto found = places.find(op);
    return found == places.end() ? Place() : found->second;
  };
  const auto key = [&](const Event& event) {
    return std::tuple(event.at, event.kind, event.node, place(event.op), place(event.hold),
                      event.action, event.outcome, event.cause, event.value, event.fence);
  };
  std::vector<decltype(key(Event{}))> keys;
  for (const Event& event : history.events) keys.push_back(key(event));
  std::ranges::sort(keys);
  return keys;
}

}  // namespace

bool same_run(const History& a, const History& b) {
  return in_canonical_order(a) == in_canonical_order(b);
}

}  // namespace picklock
