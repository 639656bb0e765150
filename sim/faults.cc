#include "sim/faults.h"

#include <algorithm>

#include "base/require.h"
#include "sim/distribution.h"

namespace picklock {
namespace {

constexpr std::uint8_t kStrike = 1;
constexpr std::uint8_t kEnd = 2;
constexpr std::uint8_t kWake = 3;

}  // namespace

void Faults::configure(const std::vector<Fault>& faults, std::size_t free) {
  plans_.clear();
  first_free_ = faults.size() - free;
  has_free_ = free != 0;
  watched_.assign(kernel_.node_count(), 0);
  filters_ = false;
  reached_.assign(kernel_.node_count(), 0);
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < kernel_.node_count(); ++i) {
    names.push_back(kernel_.node(NodeId(i)).name);
  }
  for (std::uint32_t number = 0; number < faults.size(); ++number) {
    plans_.push_back(plan_of(faults[number], number, names));
    if (!plans_.back().anchor.is_none()) watched_[plans_.back().anchor.value()] = 1;
    filters_ |= is_message_fault(faults[number].kind);
  }
}

void Faults::reset(std::vector<Occasion>* occasions) {
  occasions_ = occasions;
  if (occasions != nullptr) occasions->clear();
  network_.set_filter(filters_ || occasions != nullptr ? this : nullptr);
  strikes_.assign(plans_.size(), 0);
  std::ranges::fill(reached_, 0);
  for (Plan& plan : plans_) {
    plan.rewind();
    if (is_free(plan)) continue;
    if (plan.fault->when.kind != Anchor::Kind::time) continue;
    const Duration at = draw_duration(kernel_.choices(), plan.at, plan.fault->when.at);
    if (at == Duration{} && is_message_fault(plan.fault->kind)) {
      plan.active = true;
    } else {
      arm(plan, TrueTime{at});
    }
  }
}

void Faults::arm(Plan& plan, TrueTime at) {
  Kernel::Payload payload;
  payload.kind = kStrike;
  payload.slot = plan.number;
  // A fault that comes again and again does not keep a run going by itself.
  if (plan.fault->when.every) payload.flags = Kernel::background;
  kernel_.push_global(at, *this, payload);
}

void Faults::strike_at(NodeId node, std::string_view point) {
  note(occasions_, kernel_, node, NodeId(), point);
  if (watched_[node.value()] != 0) strike_as_planned(node, point);
  if (!has_free_ || kernel_.order() == nullptr) return;
  for (;;) {
    const std::uint32_t number = kernel_.order()->strikes(node, point);
    if (number == Order::kNoFault) return;
    strike(plans_[number]);
  }
}

void Faults::strike_as_planned(NodeId node, std::string_view point) {
  for (Plan& plan : plans_) {
    if (is_free(plan)) break;
    if (!plan.strikes_at(node, point)) continue;
    const Duration delay = draw_duration(kernel_.choices(), plan.delay, plan.fault->when.delay);
    if (delay == Duration{}) {
      strike(plan);
    } else {
      arm(plan, kernel_.now() + delay);
    }
  }
}

void Faults::fire(const Kernel::Payload& payload) {
  Plan& plan = plans_[payload.slot];
  if (payload.kind == kWake) {
    const auto life = static_cast<std::uint32_t>(payload.word);
    const NodeId node(static_cast<std::uint32_t>(payload.word >> 32));
    kernel_.next_phase();
    if (kernel_.node(node).epoch == life) target_.resume(node);  // a later life never paused
    return;
  }
  if (payload.kind == kEnd) {
    end(plan);
    return;
  }
  strike(plan);
  if (!plan.fault->when.every) return;
  const Duration gap = draw_duration(kernel_.choices(), plan.every, *plan.fault->when.every);
  arm(plan, kernel_.now() + std::max(gap, Duration{1}));
}

void Faults::strike(Plan& plan) {
  if (is_message_fault(plan.fault->kind)) {
    plan.active = true;
    plan.matched = 0;
    kernel_.next_phase();
    return;
  }
  const Duration length = draw_duration(kernel_.choices(), plan.length, plan.fault->length);
  ++strikes_[plan.number];
  ++plan.in_force;
  record(EventKind::fault, plan);
  if (length != kForever) {
    Kernel::Payload payload;
    payload.kind = kEnd;
    payload.slot = plan.number;
    kernel_.push_global(kernel_.now() + length, *this, payload);
  }
  begin(plan, length);
}

void Faults::wake_after(const Plan& plan, NodeId node, Duration length) {
  if (length == kForever) return;
  Kernel::Payload payload;
  payload.kind = kWake;
  payload.slot = plan.number;
  payload.word = std::uint64_t{node.value()} << 32 | kernel_.node(node).epoch;
  kernel_.push_global(kernel_.now() + length, *this, payload);
}

void Faults::begin(Plan& plan, Duration length) {
  for (const auto& [from, to] : plan.cuts) network_.cut(from, to, plan.fault->hold);
  for (const NodeId node : plan.on) {
    switch (plan.fault->kind) {
      case FaultKind::pause:
        target_.pause(node, length);
        wake_after(plan, node, length);
        break;
      case FaultKind::suspend:
        target_.suspend(node, length);
        wake_after(plan, node, length);
        break;
      case FaultKind::crash:
        target_.crash(node, plan.fault->power_loss);
        break;
      case FaultKind::clock_step:
        target_.step_clock(node, plan.fault->by);
        break;
      case FaultKind::clock_rate:
        target_.set_clock_rate(node, plan.fault->ppm);
        break;
      case FaultKind::clock_freeze:
        target_.freeze_clock(node, true);
        break;
      case FaultKind::promote:
        target_.promote(node);
        break;
      case FaultKind::reset:
        for (const NodeId peer : plan.peers) target_.reset_connection(node, peer);
        break;
      default:
        break;
    }
  }
}

void Faults::end(Plan& plan) {
  --plan.in_force;
  record(EventKind::fault_end, plan);
  for (const auto& [from, to] : plan.cuts) network_.restore(from, to);
  for (const NodeId node : plan.on) {
    switch (plan.fault->kind) {
      case FaultKind::crash:
        if (in_force(FaultKind::crash, node) != nullptr) break;
        target_.restart(node, plan.fault->memory_lost);
        break;
      case FaultKind::clock_rate: {
        const Plan* const other = in_force(FaultKind::clock_rate, node);
        const std::int32_t own = kernel_.node(node).clock_ppm;
        target_.set_clock_rate(node, other == nullptr ? own : other->fault->ppm);
        break;
      }
      case FaultKind::clock_freeze:
        if (in_force(FaultKind::clock_freeze, node) == nullptr) target_.freeze_clock(node, false);
        break;
      default:
        break;
    }
  }
}

const Faults::Plan* Faults::in_force(FaultKind kind, NodeId node) const {
  const auto holds = [&](const Plan& plan) {
    return plan.fault->kind == kind && plan.in_force > 0 && std::ranges::count(plan.on, node) > 0;
  };
  const auto last = std::find_if(plans_.rbegin(), plans_.rend(), holds);
  return last == plans_.rend() ? nullptr : &*last;
}

Faults::Ruling Faults::rule(NodeId from, NodeId to, std::string_view what) {
  note(occasions_, kernel_, from, to, what);
  Ruling ruling;
  for (Plan& plan : plans_) {
    if (!plan.hits(from, to, what)) continue;
    const Ruling one = apply(plan);
    ruling.lose |= one.lose;
    ruling.overtake |= one.overtake;
    ruling.duplicate |= one.duplicate;
    ruling.extra += one.extra;
    ruling.duplicate_after = std::max(ruling.duplicate_after, one.duplicate_after);
  }
  return ruling;
}

Faults::Ruling Faults::apply(Plan& plan) {
  ++strikes_[plan.number];
  record(EventKind::fault, plan);
  Ruling ruling;
  switch (plan.fault->kind) {
    case FaultKind::lose:
      ruling.lose = true;
      break;
    case FaultKind::delay:
      ruling.extra = plan.fault->by;
      break;
    case FaultKind::reorder:
      ruling.overtake = true;
      break;
    case FaultKind::duplicate:
      ruling.duplicate = true;
      ruling.duplicate_after = plan.fault->by;
      break;
    default:
      require(false, "no message fault");
  }
  return ruling;
}

void Faults::add_facts(StateFacts& facts) const {
  for (const Plan& plan : plans_) {
    FactBuilder fact(kernel_.names());
    if (is_free(plan)) {
      if (plan.in_force > 0) facts.add(tell_free(plan, fact).add(plan.in_force).fact());
      continue;
    }
    fact.add(plan.number).add(std::uint64_t{plan.seen} << 32 | plan.matched);
    fact.add(std::uint64_t{plan.in_force} << 1 | (plan.active ? 1 : 0));
    facts.add(fact.fact());
  }
}

void Faults::describe(const Kernel::Payload& payload, FactBuilder& fact) const {
  if (is_free(plans_[payload.slot])) {
    tell_free(plans_[payload.slot], fact).add(static_cast<std::uint32_t>(payload.word));
  } else {
    fact.add(payload.slot).add(payload.word);
  }
}

// What it does to whom: two that differ in whom alone are one when names are traded.
FactBuilder& Faults::tell_free(const Plan& plan, FactBuilder& fact) const {
  const Fault& fault = *plan.fault;
  fact.add(static_cast<std::uint64_t>(fault.kind));
  fact.add(static_cast<std::uint64_t>(nanoseconds(fault.length.min)));
  fact.add(static_cast<std::uint64_t>(nanoseconds(fault.by)));
  fact.add(static_cast<std::uint64_t>(fault.ppm));
  fact.add(std::uint64_t{fault.power_loss} << 1 | (fault.memory_lost ? 1 : 0));
  for (const NodeId node : plan.on) kernel_.name(fact, node);
  for (const NodeId node : plan.peers) kernel_.name(fact, node);
  return fact;
}

// Every beginning and every end comes by here.
void Faults::record(EventKind kind, const Plan& plan) {
  kernel_.next_phase();
  kernel_.recorder().add({.at = kernel_.now(),
                          .kind = kind,
                          .node = plan.on.empty() ? NodeId() : plan.on.front(),
                          .value = plan.number});
}

void Faults::name_streams(std::vector<std::pair<std::uint64_t, std::string>>& names) const {
  for (const Plan& plan : plans_) {
    for (const char* what : {"at ", "after ", "length of ", "every "}) {
      const std::string name = what + plan.fault->name;
      names.emplace_back(hash_text(name), name);
    }
  }
}

}  // namespace picklock
