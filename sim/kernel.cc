#include "sim/kernel.h"

#include <bit>
#include <utility>

#include "base/require.h"

namespace picklock {

NodeId Kernel::add_node(std::string name, Role role, Duration clock_offset,
                        std::int32_t clock_ppm) {
  const NodeId id(static_cast<std::uint32_t>(nodes_.size()));
  Node& node = nodes_.emplace_back();
  node.name = std::move(name);
  node.role = role;
  node.clock_offset = clock_offset;
  node.clock_ppm = clock_ppm;
  node.reset();
  return id;
}

void Kernel::push_again(TrueTime at, const Payload& payload) {
  if ((payload.flags & background) == 0) ++foreground_;
  queue_.push(at, payload);
}

void Kernel::pause(NodeId id) {
  ++node(id).pauses;
}

void Kernel::resume(NodeId id) {
  Node& resumed = node(id);
  require(resumed.pauses > 0, "resume of a node that is not paused");
  if (--resumed.pauses > 0) return;
  for (const Payload& payload : resumed.waiting) push_again(now(), payload);
  resumed.waiting.clear();
}

void Kernel::suspend_clock(NodeId id, Duration length) {
  Node& node = nodes_[id.value()];
  const bool forever = length >= kNever - now();
  if (forever) {
    node.monotonic.set_frozen(now(), true);
  } else {
    // What the clock would show too much when the machine wakes, at its own rate.
    const Duration gained = node.monotonic.at(now() + length) - node.monotonic.at(now());
    node.suspended += gained;
    node.monotonic.step(now(), -gained);
  }
  queue_.reschedule([&](TrueTime at, const Payload& payload) {
    const bool follows = payload.owner == id.value() && (payload.flags & on_monotonic) != 0;
    if (!follows) return at;
    return forever || at >= kNever - length ? kNever : at + length;
  });
}

void Kernel::set_clock_rate(NodeId id, std::int32_t ppm) {
  Node& node = nodes_[id.value()];
  const Clock before = node.monotonic;
  node.wall.set_rate(now(), ppm);
  node.monotonic.set_rate(now(), ppm);
  queue_.reschedule([&](TrueTime at, const Payload& payload) {
    const bool follows = payload.owner == id.value() && (payload.flags & on_monotonic) != 0;
    return follows && at != kNever ? node.monotonic.when(before.at(at), now()) : at;
  });
}

void Kernel::crash(NodeId id) {
  Node& crashed = node(id);
  crashed.is_up = false;
  crashed.pauses = 0;
  ++crashed.epoch;
  const std::vector<Payload> waiting = std::exchange(crashed.waiting, {});
  for (const Payload& payload : waiting) static_cast<Handler*>(payload.handler)->dropped(payload);
}

void Kernel::restart(NodeId id) {
  node(id).is_up = true;
}

void Kernel::reset(Choices choices, bool keep_history) {
  queue_.reset();
  for (Node& node : nodes_) node.reset();
  choices_ = std::move(choices);
  recorder_.reset(keep_history);
  trampoline_.clear();
  events_ = 0;
  foreground_ = 0;
  stopped_ = false;
}

inline void Kernel::dispatch(const Payload& payload) {
  auto* handler = static_cast<Handler*>(payload.handler);
  if (payload.owner != kWorld) {
    Node& owner = nodes_[payload.owner];
    if (payload.epoch != owner.epoch || !owner.is_up) {
      handler->dropped(payload);
      return;
    }
    if (owner.is_paused()) {
      owner.waiting.push_back(payload);
      return;
    }
  }
  const std::uint64_t what =
      std::uint64_t{payload.link} << 40 | std::uint64_t{payload.kind} << 32 | payload.owner;
  recorder_.add_internal(static_cast<std::uint64_t>(nanoseconds(now())) ^ std::rotl(what, 24));
  handler->fire(payload);
  trampoline_.run();
}

bool Kernel::run(TrueTime end, std::uint64_t max_events) {
  trampoline_.run();
  while (foreground_ > 0 && !stopped_) {
    if (events_ == max_events) return false;
    const Payload payload = queue_.pop();
    if (now() > end) return true;
    if ((payload.flags & background) == 0) --foreground_;
    ++events_;
    dispatch(payload);
  }
  return true;
}

}  // namespace picklock
