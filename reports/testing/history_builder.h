// Histories written by hand, for tests. Steps are given in the order of time.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/require.h"
#include "checker/history.h"

namespace picklock::testing {

class HistoryBuilder {
 public:
  // Clients client-1 ..., servers redis-1 ..., and the resource.
  HistoryBuilder(int clients, int servers) {
    for (int i = 1; i <= clients; ++i) add_node("client-" + std::to_string(i), Role::client);
    for (int i = 1; i <= servers; ++i) add_node("redis-" + std::to_string(i), Role::server);
    add_node("resource", Role::resource);
    subject.servers_observed = servers > 0;
  }

  Subject subject;

  NodeId node(std::string_view name) const {
    const auto found = std::ranges::find(subject.nodes, name, &NodeInfo::name);
    require(found != subject.nodes.end(), "a test names a node of its history");
    return NodeId(static_cast<std::uint32_t>(found - subject.nodes.begin()));
  }

  OpId acquire(Duration at, std::string_view client) {
    const OpId op = next_op();
    add({.kind = EventKind::invoke, .node = node(client), .op = op, .hold = op}, at);
    return op;
  }
  void granted(Duration at, OpId acquire_op, Duration valid_for, std::int64_t fence = 0) {
    const NodeId client = owner_.at(acquire_op);
    add({.kind = EventKind::complete,
         .node = client,
         .op = acquire_op,
         .hold = acquire_op,
         .fence = fence},
        at);
    if (valid_for == kForever) return;
    add({.kind = EventKind::deadline,
         .node = client,
         .hold = acquire_op,
         .value = nanoseconds(at + valid_for)},
        at);
  }
  void named(Duration at, std::string_view server, OpId hold) {
    add({.kind = EventKind::named, .node = node(server), .hold = hold}, at);
  }
  void unnamed(Duration at, std::string_view server, OpId hold, Cause cause, OpId by = OpId{}) {
    add({.kind = EventKind::unnamed, .cause = cause, .node = node(server), .op = by, .hold = hold},
        at);
  }
  // An operation on the resource, or a release.
  OpId invoke(Duration at, OpId hold, Action action, std::int64_t value = 0,
              std::int64_t fence = 0) {
    const OpId op = next_op();
    add({.kind = EventKind::invoke,
         .action = action,
         .node = owner_.at(hold),
         .op = op,
         .hold = hold,
         .value = value,
         .fence = fence},
        at);
    return op;
  }
  void applied(Duration at, OpId op, std::int64_t value, Outcome outcome = Outcome::ok) {
    Event event = invocation_.at(op);
    event.kind = EventKind::applied;
    event.node = node("resource");
    event.outcome = outcome;
    event.value = value;
    add(event, at);
  }
  void complete(Duration at, OpId op, Outcome outcome = Outcome::ok, std::int64_t value = 0) {
    Event event = invocation_.at(op);
    event.kind = EventKind::complete;
    event.outcome = outcome;
    event.value = value;
    add(event, at);
  }
  // Invocation, effect and completion, 1 ms apart.
  OpId call(Duration at, OpId hold, Action action, std::int64_t value, std::int64_t fence = 0,
            Outcome outcome = Outcome::ok, std::int64_t after = -1) {
    constexpr Duration kStep = std::chrono::milliseconds(1);
    const OpId op = invoke(at, hold, action, value, fence);
    applied(at + kStep, op, after < 0 ? value : after, outcome);
    complete(at + 2 * kStep, op, outcome, value);
    return op;
  }
  void happens(Duration at, EventKind kind, std::string_view name, std::int64_t value = 0) {
    add({.kind = kind, .node = name.empty() ? NodeId{} : node(name), .value = value}, at);
  }
  void aware(Duration at, OpId hold) {
    add({.kind = EventKind::aware, .node = owner_.at(hold), .hold = hold}, at);
  }

  History build(Duration end) {
    History history{.subject = std::make_shared<Subject>(subject), .events = events_};
    history.end = TrueTime{end};
    return history;
  }

 private:
  void add_node(std::string name, Role role) { subject.nodes.push_back({std::move(name), role}); }
  OpId next_op() { return OpId(next_op_++); }
  void add(Event event, Duration at) {
    event.at = TrueTime{at};
    require(events_.empty() || events_.back().at <= event.at, "a test tells its story in order");
    if (event.kind == EventKind::invoke) {
      owner_[event.op] = event.node;
      invocation_[event.op] = event;
    }
    events_.push_back(event);
  }

  std::vector<Event> events_;
  std::map<OpId, NodeId> owner_;
  std::map<OpId, Event> invocation_;
  std::uint32_t next_op_ = 0;
};

}  // namespace picklock::testing
