// Small histories for tests, told in milliseconds.
//
//   HistoryBuilder h;
//   const OpId a = h.acquire(1, 0, 2);       // client-1 asks at 0 ms, is granted at 2 ms
//   h.write(1, a, 5, 7, 1);                  // and writes 1
//   h.release(1, a, 10, 12);
//   const Timeline& timeline = h.timeline();
//
// Calls may come in any order: timeline() sorts the events by time, keeping the order of calls at equal
// times, and numbers the operations by invocation. Client n is node n - 1, server n node 8 + n - 1, the
// resource node 16.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checker/timeline.h"

namespace picklock::testing {

constexpr TrueTime ms(std::int64_t milliseconds) {
  return milliseconds == kNever.time_since_epoch().count() ? kNever
                                                           : true_time(milliseconds * 1'000'000);
}
inline constexpr std::int64_t kPending = -1;

class HistoryBuilder {
 public:
  HistoryBuilder() {
    for (int i = 1; i <= 8; ++i) add_node("client-" + std::to_string(i), Role::client);
    for (int i = 1; i <= 8; ++i) add_node("redis-" + std::to_string(i), Role::server);
    add_node("resource", Role::resource);
    subject.servers_observed = true;
  }

  static NodeId client(std::uint32_t n) { return NodeId(n - 1); }
  static NodeId server(std::uint32_t n) { return NodeId(8 + n - 1); }
  static NodeId resource() { return NodeId(16); }

  // An operation of client `n`, whole. `returned` kPending: it never returns.
  OpId call(std::uint32_t n, Action action, OpId hold, std::int64_t invoked, std::int64_t returned,
            Outcome outcome = Outcome::ok, std::int64_t value = 0, std::int64_t fence = 0) {
    const OpId op(operations_++);
    if (action == Action::acquire) hold = op;
    const bool reads = action == Action::read;
    const bool acquires = action == Action::acquire;
    add({.at = ms(invoked),
         .kind = EventKind::invoke,
         .action = action,
         .node = client(n),
         .op = op,
         .hold = hold,
         .value = reads ? 0 : value,
         .fence = acquires ? 0 : fence});
    if (returned != kPending) {
      add({.at = ms(returned),
           .kind = EventKind::complete,
           .action = action,
           .outcome = outcome,
           .node = client(n),
           .op = op,
           .hold = hold,
           .value = reads ? value : 0,
           .fence = acquires ? fence : 0});
    }
    return op;
  }
  OpId acquire(std::uint32_t n, std::int64_t invoked, std::int64_t returned,
               Outcome outcome = Outcome::ok, std::int64_t fence = 0) {
    return call(n, Action::acquire, OpId{}, invoked, returned, outcome, 0, fence);
  }
  OpId release(std::uint32_t n, OpId hold, std::int64_t invoked, std::int64_t returned,
               Outcome outcome = Outcome::ok) {
    return call(n, Action::release, hold, invoked, returned, outcome);
  }
  OpId read(std::uint32_t n, OpId hold, std::int64_t invoked, std::int64_t returned,
            std::int64_t value, Outcome outcome = Outcome::ok) {
    return call(n, Action::read, hold, invoked, returned, outcome, value);
  }
  OpId write(std::uint32_t n, OpId hold, std::int64_t invoked, std::int64_t returned,
             std::int64_t value, Outcome outcome = Outcome::ok) {
    return call(n, Action::write, hold, invoked, returned, outcome, value);
  }

  void named(std::uint32_t server_number, OpId hold, std::int64_t at) {
    add({.at = ms(at), .kind = EventKind::named, .node = server(server_number), .hold = hold});
  }
  void renewed(std::uint32_t server_number, OpId hold, std::int64_t at) {
    add({.at = ms(at), .kind = EventKind::renewed, .node = server(server_number), .hold = hold});
  }
  void unnamed(std::uint32_t server_number, OpId hold, std::int64_t at, Cause cause, OpId by = {}) {
    add({.at = ms(at),
         .kind = EventKind::unnamed,
         .cause = cause,
         .node = server(server_number),
         .op = by,
         .hold = hold});
  }
  void applied(Action action, OpId op, OpId hold, std::int64_t at, std::int64_t value,
               std::int64_t fence = 0, Outcome outcome = Outcome::ok) {
    add({.at = ms(at),
         .kind = EventKind::applied,
         .action = action,
         .outcome = outcome,
         .node = resource(),
         .op = op,
         .hold = hold,
         .value = value,
         .fence = fence});
  }
  // An operation that returns as soon as it is applied, one millisecond after its invocation.
  OpId apply(std::uint32_t n, Action action, OpId hold, std::int64_t at, std::int64_t value,
             std::int64_t fence = 0, Outcome outcome = Outcome::ok) {
    const OpId op = call(n, action, hold, at - 1, at, outcome, value, fence);
    applied(action, op, hold, at, value, fence, outcome);
    return op;
  }
  void deadline(std::uint32_t n, OpId hold, std::int64_t at, std::int64_t reached) {
    add({.at = ms(at),
         .kind = EventKind::deadline,
         .node = client(n),
         .hold = hold,
         .value = nanoseconds(ms(reached))});
  }
  void aware(std::uint32_t n, OpId hold, std::int64_t at) {
    add({.at = ms(at), .kind = EventKind::aware, .node = client(n), .hold = hold});
  }
  void woken(std::uint32_t n, OpId op, std::int64_t at) {
    add({.at = ms(at), .kind = EventKind::woken, .node = client(n), .op = op});
  }
  void crash(std::uint32_t n, std::int64_t at) {
    add({.at = ms(at), .kind = EventKind::crashed, .node = client(n)});
  }
  void restart(std::uint32_t n, std::int64_t at) {
    add({.at = ms(at), .kind = EventKind::restarted, .node = client(n)});
  }
  void pause(std::uint32_t n, std::int64_t from, std::int64_t until) {
    add({.at = ms(from),
         .kind = EventKind::paused,
         .node = client(n),
         .value = nanoseconds(ms(until)) - nanoseconds(ms(from))});
    add({.at = ms(until), .kind = EventKind::resumed, .node = client(n)});
  }
  void add(Event event) { events_.push_back(event); }

  // Valid until the next call.
  const Timeline& timeline() {
    history_.subject = std::make_shared<const Subject>(subject);
    history_.end = ms(end);
    history_.complete = complete;
    history_.events = events_;
    std::ranges::stable_sort(history_.events, {}, &Event::at);
    renumber();
    timeline_.assign(history_);
    return timeline_;
  }
  // The number that timeline() gave to an operation.
  OpId number(OpId op) const { return op.is_none() ? op : numbers_[op.value()]; }

  Subject subject;
  std::int64_t end = 100'000;
  bool complete = true;

 private:
  void add_node(std::string name, Role role) {
    subject.nodes.push_back({.name = std::move(name), .role = role});
  }
  void renumber() {
    numbers_.assign(operations_, OpId{});
    std::uint32_t next = 0;
    for (const Event& event : history_.events) {
      if (event.kind == EventKind::invoke) numbers_[event.op.value()] = OpId(next++);
    }
    for (Event& event : history_.events) {
      event.op = number(event.op);
      event.hold = number(event.hold);
    }
  }

  std::uint32_t operations_ = 0;
  std::vector<Event> events_;
  std::vector<OpId> numbers_;
  History history_;
  Timeline timeline_;
};

}  // namespace picklock::testing
