// The kernel: true time, the event queue, the nodes, and the loop that drives them. It knows nothing of
// locks, protocols or faults; those register handlers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/trampoline.h"
#include "base/ids.h"
#include "base/time.h"
#include "sim/choices.h"
#include "sim/event_queue.h"
#include "sim/node.h"
#include "sim/order.h"
#include "sim/recorder.h"

namespace picklock {

// Receives the events that were pushed in its name.
class Handler {
 public:
  virtual void fire(const EventQueue::Payload& payload) = 0;
  // The event will not fire: the node that it was for has crashed.
  virtual void dropped(const EventQueue::Payload& /*payload*/) {}
  // Whether it will change nothing, because nobody waits for it any more.
  virtual bool is_idle(const EventQueue::Payload& /*payload*/) const { return false; }
  // Adds what its receiver can tell of it. By itself: which of its sender's messages it is, or of its owner's timers.
  virtual void describe(const EventQueue::Payload& payload, FactBuilder& fact) const;

 protected:
  Handler() = default;
  Handler(const Handler&) = default;
  Handler& operator=(const Handler&) = default;
  ~Handler() = default;
};

class Kernel {
 public:
  using Payload = EventQueue::Payload;
  using Ticket = EventQueue::Ticket;

  enum Flags : std::uint8_t {
    on_monotonic = 1,  // its time follows the owner's monotonic clock, and moves with it
    background = 2,    // periodic: does not keep a run going when nothing else is left
  };

  void expect_nodes(std::size_t count) { nodes_.reserve(count); }
  NodeId add_node(std::string name, Role role, Duration clock_offset, std::int32_t clock_ppm);
  Node& node(NodeId id) { return nodes_[id.value()]; }
  const Node& node(NodeId id) const { return nodes_[id.value()]; }
  std::size_t node_count() const { return nodes_.size(); }

  TrueTime now() const { return queue_.now(); }
  Choices& choices() { return choices_; }
  Recorder& recorder() { return recorder_; }
  const Recorder& recorder() const { return recorder_; }
  // What happens to this node now.
  void record(EventKind kind, NodeId node, std::int64_t value = 0) {
    recorder_.add({.at = now(), .kind = kind, .node = node, .value = value});
  }
  Trampoline& trampoline() { return trampoline_; }

  // An event of a node is dropped when the node has crashed since, and waits while it is paused.
  Ticket push(TrueTime at, Handler& handler, NodeId owner, const Payload& payload);
  // The same event again, for a handler that put it aside; it keeps its owner's epoch of then.
  void push_again(TrueTime at, const Payload& payload);
  // An event of the world itself.
  Ticket push_global(TrueTime at, Handler& handler, const Payload& payload);
  void cancel(Ticket ticket);

  // After `duration` of the node's monotonic clock.
  TrueTime after_monotonic(const Node& node, Duration duration) const;

  // The node stands still: what comes due for it waits. Each pause() needs its resume(),
  // or the crash that ends all pauses.
  void pause(NodeId id);
  void resume(NodeId id);
  // Its monotonic clock loses what it would gain in `length` from now, so that it then shows what it
  // shows now, and its monotonic timers fire `length` later.
  void suspend_clock(NodeId id, Duration length);
  // Changes the rate of all its clocks, and moves its monotonic timers.
  void set_clock_rate(NodeId id, std::int32_t ppm);
  // Ends the node's life: everything pending for it is dropped, and its pauses are over.
  void crash(NodeId id);
  void restart(NodeId id);

  // From the next run on; null: the order of insertion. Messages of one link may be `overtaking` one another.
  void set_order(Order* order, bool overtaking);
  Order* order() const { return order_; }
  // Something has changed that no node was told of: a fault began, struck a message, or ended.
  void next_phase() { ++phase_; }
  // Whether nodes remember what they are handed.
  bool is_observing() const { return observing_; }
  Names& names() { return names_; }
  const Names& names() const { return names_; }
  // The state of the run as far as the kernel knows it, while it is observing: equal states have equal futures. A
  // deterministic node is what it was handed; `summed_up` says, by node, of whom somebody else says more briefly what
  // it is. Times are absolute.
  // `of_due`: what fact_of() says of each event that is due, in order.
  void add_facts(StateFacts& facts, const std::vector<bool>& summed_up,
                 std::span<const Fact> of_due) const;
  FactBuilder fact_of(const Payload& event) const;
  // Names a node as what it is in the run.
  void name(FactBuilder& fact, NodeId id) const;

  void reset(Choices choices, bool keep_history);
  // Runs until nothing in the foreground is left, `end`, or the budget of events. True: not the budget.
  bool run(TrueTime end, std::uint64_t max_events);
  std::uint64_t events() const { return events_; }
  // How many foreground events are pending.
  std::uint64_t foreground() const { return foreground_; }
  void stop() { stopped_ = true; }

 private:
  static constexpr std::uint32_t kWorld = 0xffffffff;
  Ticket push(TrueTime at, Handler& handler, std::uint32_t owner, std::uint32_t epoch,
              const Payload& payload, std::uint32_t nth);
  void dispatch(const Payload& payload);
  bool run_in_order(TrueTime end, std::uint64_t max_events);
  void gather();
  bool is_first(const Payload& event) const;
  std::size_t choose();
  void observe(Node& node, const Payload& event);
  std::optional<Fact> what_is_handed(const Payload& event, std::size_t nth) const;

  EventQueue queue_;
  std::vector<Node> nodes_;
  Choices choices_;
  Recorder recorder_;
  Trampoline trampoline_;
  std::uint64_t events_ = 0;
  std::uint64_t foreground_ = 0;
  bool stopped_ = false;
  Order* order_ = nullptr;
  bool overtaking_ = false;
  bool observing_ = false;
  bool is_known_ = false;  // the present event is that of the run before
  // While observing, by event of the last run of this order: what it says to its node.
  std::vector<std::optional<Fact>> handed_;
  const Order* handed_for_ = nullptr;
  Names names_;
  std::uint64_t phase_ = 0;
  std::vector<Order::Due> due_;      // at this instant, in the order of insertion
  std::vector<std::size_t> places_;  // scratch
};

// The hot path, here so that it can be inlined and a payload is put together where it stays.

inline Kernel::Ticket Kernel::push(TrueTime at, Handler& handler, std::uint32_t owner,
                                   std::uint32_t epoch, const Payload& payload, std::uint32_t nth) {
  if ((payload.flags & background) == 0) ++foreground_;
  const EventQueue::Place place = queue_.place(at);
  Payload& kept = place.payload;
  kept.handler = &handler;
  kept.word = payload.word;
  kept.slot = payload.slot;
  kept.owner = owner;
  kept.epoch = epoch;
  kept.link = payload.link;
  kept.kind = payload.kind;
  kept.flags = payload.flags;
  kept.nth = nth;
  return place.ticket;
}

inline Kernel::Ticket Kernel::push(TrueTime at, Handler& handler, NodeId owner,
                                   const Payload& payload) {
  Node& node = nodes_[owner.value()];
  const std::uint32_t nth = payload.nth != 0 ? payload.nth : ++node.armed;
  return push(at, handler, owner.value(), node.epoch, payload, nth);
}

inline Kernel::Ticket Kernel::push_global(TrueTime at, Handler& handler, const Payload& payload) {
  return push(at, handler, kWorld, 0, payload, 0);
}

inline void Kernel::cancel(Ticket ticket) {
  const std::uint32_t flags = queue_.cancel(ticket);
  if (flags != EventQueue::kNotPending && (flags & background) == 0) --foreground_;
}

inline TrueTime Kernel::after_monotonic(const Node& node, Duration duration) const {
  return node.monotonic.after(duration, now());
}

}  // namespace picklock
