#include "sim/kernel.h"

#include <algorithm>
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
  phase_ = 0;
  due_.clear();
  names_.begin_run();
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
  if (observing_ && payload.owner != kWorld) observe(nodes_[payload.owner], payload);
  handler->fire(payload);
  trampoline_.run();
}

bool Kernel::run(TrueTime end, std::uint64_t max_events) {
  if (order_ != nullptr) return run_in_order(end, max_events);
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

void Kernel::set_order(Order* order, bool overtaking) {
  order_ = order;
  overtaking_ = overtaking;
  observing_ = order != nullptr && order->tells_states_apart();
  if (!observing_ || order == handed_for_) return;
  handed_.clear();
  handed_for_ = order;
}

namespace {

// What the facts of a kernel say of an event, or of a node.
enum About : std::uint8_t { of_node = 1, handed, waits, due, pending };

}  // namespace

void Handler::describe(const EventQueue::Payload& payload, FactBuilder& fact) const {
  if (payload.link != 0) fact.add(payload.word >> 32);  // of its connection
  fact.add(payload.nth);
}

void Kernel::name(FactBuilder& fact, NodeId id) const {
  const Role role = node(id).role;
  fact.add(static_cast<std::uint64_t>(role));
  if (role == Role::client) fact.name_client(id);
  if (role == Role::server) fact.name_server(id);
}

FactBuilder Kernel::fact_of(const Payload& event) const {
  FactBuilder fact(names_);
  fact.add(std::uint64_t{event.kind} << 8 | event.flags);
  if (event.owner != kWorld) name(fact, NodeId(event.owner));
  if (event.link != 0) name(fact, NodeId(event.link / static_cast<std::uint32_t>(nodes_.size())));
  static_cast<const Handler*>(event.handler)->describe(event, fact);
  return fact;
}

void Kernel::observe(Node& node, const Payload& event) {
  const std::size_t place = events_ - 1;
  if (!is_known_ || place >= handed_.size()) {
    handed_.resize(place);
    handed_.push_back(what_is_handed(event, node.observed.size()));
  }
  if (handed_[place]) node.observed.push_back({*handed_[place], false});
}

std::optional<Fact> Kernel::what_is_handed(const Payload& event, std::size_t nth) const {
  if (static_cast<const Handler*>(event.handler)->is_idle(event)) return std::nullopt;
  FactBuilder fact = fact_of(event);
  fact.add(static_cast<std::uint64_t>(nanoseconds(now()))).add(phase_);
  return fact.add(About::handed).add(nth).fact();
}

void Kernel::add_facts(StateFacts& facts, const std::vector<bool>& summed_up,
                       std::span<const Fact> of_due) const {
  const auto add = [&facts](FactBuilder fact, About about, std::uint64_t word) {
    facts.add(fact.add(about).add(word).fact());
  };
  facts.add(mix(static_cast<std::uint64_t>(nanoseconds(now()))) + phase_);
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    FactBuilder clocks(names_);
    clocks.add(std::uint64_t{node.pauses} << 1 | (node.is_up ? 1 : 0));
    for (const Clock* clock : {&node.wall, &node.monotonic}) {
      clocks.add(static_cast<std::uint64_t>(clock->at(now()).time_since_epoch().count()));
    }
    clocks.add(static_cast<std::uint64_t>(node.suspended.count()));
    name(clocks, NodeId(i));
    add(clocks, About::of_node, 0);
    for (std::size_t n = 0; n < node.waiting.size(); ++n) {
      add(fact_of(node.waiting[n]), About::waits, n);
    }
    if (summed_up[i]) continue;
    for (const Node::Observed& one : node.observed) facts.add(one.fact);
  }
  for (std::size_t i = 0; i < due_.size(); ++i) {
    std::uint64_t before = 0;  // in its lane
    for (std::size_t j = 0; j < i; ++j) before += due_[j].lane == due_[i].lane;
    Fact fact = of_due[i];
    fact.what = mix(fact.what + (std::uint64_t{About::due} << 32 | before));
    facts.add(fact);
  }
  queue_.each([&](TrueTime at, const Payload& event) {
    add(fact_of(event), About::pending, static_cast<std::uint64_t>(nanoseconds(at)));
  });
}

// All that is due at the present instant, or else at the next one.
void Kernel::gather() {
  const auto take = [this] {
    const Payload event = queue_.pop();
    due_.push_back({event, lane_of(event), order_->rank(event)});
  };
  if (due_.empty() && !queue_.has_more_now()) {
    recorder_.set_lag(Duration{});
    take();
  }
  while (queue_.has_more_now()) take();
}

bool Kernel::is_first(const Payload& event) const {
  if (event.owner == kWorld || (event.flags & background) != 0) return true;
  const Node& owner = node(NodeId(event.owner));
  return owner.is_paused() || !owner.is_up || owner.epoch != event.epoch ||
         static_cast<const Handler*>(event.handler)->is_idle(event);
}

// The place in due_ of the event that comes next.
std::size_t Kernel::choose() {
  const auto first =
      std::ranges::find_if(due_, [this](const Order::Due& due) { return is_first(due.event); });
  if (first != due_.end()) return static_cast<std::size_t>(first - due_.begin());
  places_.clear();
  for (std::size_t i = 0; i < due_.size(); ++i) {
    const Lane lane = due_[i].lane;
    const bool free = overtaking_ && due_[i].event.link != 0;
    const auto before = due_.begin() + static_cast<std::ptrdiff_t>(i);
    const bool behind = !free && std::any_of(due_.begin(), before, [&](const Order::Due& due) {
      return due.lane == lane;
    });
    if (!behind) places_.push_back(i);
  }
  return places_.size() == 1 ? places_.front() : order_->next(due_, places_);
}

bool Kernel::run_in_order(TrueTime end, std::uint64_t max_events) {
  trampoline_.run();
  while (foreground_ > 0 && !stopped_) {
    if (events_ == max_events) return false;
    gather();
    if (now() > end) return true;
    const std::size_t known = order_->repeats();
    is_known_ = observing_ && order_->was_so_before();
    const std::size_t place = known == Order::kAsk ? choose() : known;
    if (place == Order::kStop) return true;
    order_->taken(place, due_[place]);
    const Payload event = due_[place].event;
    due_.erase(due_.begin() + static_cast<std::ptrdiff_t>(place));
    if ((event.flags & background) == 0) --foreground_;
    ++events_;
    dispatch(event);
    recorder_.set_lag(recorder_.lag() + Duration{1});
  }
  return true;
}

}  // namespace picklock
