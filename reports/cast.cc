#include "reports/cast.h"

#include <algorithm>
#include <set>
#include <utility>

namespace picklock {
namespace {

bool contains(const std::vector<NodeId>& nodes, NodeId node) {
  return std::ranges::find(nodes, node) != nodes.end();
}

}  // namespace

Cast cast_of(const Facts& facts, const History& history, const Counterexample& counterexample,
             std::size_t most) {
  Cast cast{.from = counterexample.from, .until = std::min(counterexample.until, history.end)};
  std::set<OpId> holds;
  for (const OpId op : counterexample.operations) {
    const Event* invocation = facts.invocation(op);
    if (invocation == nullptr) continue;
    cast.operations.push_back(op);
    const OpId hold = invocation->hold.is_none() ? op : invocation->hold;
    if (facts.holds().contains(hold)) holds.insert(hold);
    cast.from = std::min(cast.from, invocation->at);
  }
  for (const auto& naming : facts.namings()) {  // whoever has the lock then
    if (naming.from <= cast.until && counterexample.from < naming.until) holds.insert(naming.hold);
  }
  for (const Event& event : history.events) {  // and whoever took it away from those
    const bool taken = event.kind == EventKind::unnamed &&
                       (event.cause == Cause::deleted || event.cause == Cause::overwritten) &&
                       holds.contains(event.hold) && event.at <= cast.until;
    const Event* by = taken ? facts.invocation(event.op) : nullptr;
    if (by != nullptr) holds.insert(by->hold.is_none() ? by->op : by->hold);
  }
  const auto include = [&](OpId op) {
    const auto found = facts.holds().find(op);
    if (found == facts.holds().end() || cast.clients.size() >= most) return;
    cast.from = std::min(cast.from, found->second.asked);
    if (!contains(cast.clients, found->second.client)) cast.clients.push_back(found->second.client);
  };
  for (const OpId op : cast.operations) include(facts.invocation(op)->hold);
  for (const OpId op : holds) include(op);
  if (cast.clients.empty()) {
    for (const auto& [op, hold] : facts.holds()) include(op);
  }
  const auto first_asked = [&](NodeId client) {  // and, at one instant, got it first
    for (const auto& [op, hold] : facts.holds()) {
      if (hold.client == client && hold.waited_until >= cast.from) {
        return std::pair(hold.asked, hold.granted);
      }
    }
    return std::pair(kNever, kNever);
  };
  std::ranges::stable_sort(cast.clients, {}, first_asked);
  std::set<NodeId> askers;
  for (const auto& [op, hold] : facts.holds()) askers.insert(hold.client);
  cast.others = askers.size() - cast.clients.size();
  for (const Event& event : history.events) {  // the answers belong to the story
    const bool central = event.kind == EventKind::complete && event.at > cast.until &&
                         std::ranges::find(cast.operations, event.op) != cast.operations.end();
    if (central) cast.until = event.at;
  }
  return cast;
}

}  // namespace picklock
