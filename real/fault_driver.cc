#include "real/fault_driver.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/distribution.h"

namespace picklock {

FaultDriver::FaultDriver(const Scenario& scenario, std::span<const std::string> names,
                         EventLoop& loop, FaultTarget& target)
    : scenario_(scenario),
      names_(names),
      loop_(loop),
      target_(target),
      choices_(Choices::random(1)) {
  for (std::uint32_t number = 0; number < scenario.faults.size(); ++number) {
    plans_.push_back(plan_of(scenario.faults[number], number, names));
  }
}

void FaultDriver::begin(const Choices& choices, RunLog& log) {
  choices_ = choices;
  log_ = &log;
  links_.clear();
  lives_.clear();
  strikes_.assign(plans_.size(), 0);
  for (FaultPlan& plan : plans_) {
    plan.rewind();
    if (plan.fault->when.kind != Anchor::Kind::time) continue;
    const Duration start = draw_duration(choices_, plan.at, plan.fault->when.at);
    if (start == Duration{} && is_message_fault(plan.fault->kind)) {
      plan.active = true;
    } else {
      arm(plan, TrueTime{start});
    }
  }
}

void FaultDriver::end() {
  for (const auto& [number, timer] : timers_) loop_.cancel(timer);
  timers_.clear();
  pending_ = 0;
}

void FaultDriver::at(TrueTime due, bool counts, std::function<void()> action) {
  const std::uint64_t number = next_timer_++;
  if (counts) ++pending_;
  timers_[number] = loop_.at(due, [this, number, counts, action = std::move(action)] {
    timers_.erase(number);
    if (counts) --pending_;
    action();
  });
}

void FaultDriver::arm(FaultPlan& plan, TrueTime due) {
  at(due, !plan.fault->when.every, [this, &plan] {
    strike(plan);
    if (!plan.fault->when.every) return;
    const Duration gap = draw_duration(choices_, plan.every, *plan.fault->when.every);
    arm(plan, loop_.now() + std::max(gap, Duration{1}));
  });
}

std::vector<std::string> FaultDriver::watched_points(NodeId node) const {
  std::vector<std::string> points;
  for (const FaultPlan& plan : plans_) {
    if (plan.anchor == node) points.push_back(plan.label);
  }
  return points;
}

void FaultDriver::reached(NodeId node, std::string_view point) {
  for (FaultPlan& plan : plans_) {
    if (!plan.strikes_at(node, point)) continue;
    const Duration delay = draw_duration(choices_, plan.delay, plan.fault->when.delay);
    if (delay == Duration{}) {
      strike(plan);
    } else {
      arm(plan, loop_.now() + delay);
    }
  }
}

void FaultDriver::strike(FaultPlan& plan) {
  if (is_message_fault(plan.fault->kind)) {
    plan.active = true;
    plan.matched = 0;
    return;
  }
  const Duration length = draw_duration(choices_, plan.length, plan.fault->length);
  ++strikes_[plan.number];
  ++plan.in_force;
  record(EventKind::fault, plan);
  const bool lasts = length != kForever;
  for (const auto& [from, to] : plan.cuts) {
    Link& cut = link(from, to);
    ++cut.cuts;
    cut.holds |= plan.fault->hold;
  }
  for (const NodeId node : plan.on) begin_on(plan, node, length);
  if (lasts) at(loop_.now() + length, true, [this, &plan] { end_strike(plan); });
}

void FaultDriver::begin_on(const FaultPlan& plan, NodeId node, Duration length) {
  const Fault& fault = *plan.fault;
  switch (fault.kind) {
    case FaultKind::pause:
      target_.pause(node, length);
      return wake_after(node, length);
    case FaultKind::suspend:
      target_.suspend(node, length);
      return wake_after(node, length);
    case FaultKind::crash:
      ++lives_[node];
      return target_.crash(node, fault.power_loss);
    case FaultKind::clock_step:
      return target_.step_clock(node, fault.by);
    case FaultKind::clock_rate:
      return target_.set_clock_rate(node, fault.ppm);
    case FaultKind::clock_freeze:
      return target_.freeze_clock(node, true);
    case FaultKind::reset:
      for (const NodeId peer : plan.peers) target_.reset_connection(node, peer);
      return;
    case FaultKind::promote:
      return target_.promote(node);
    default:
      return;
  }
}

void FaultDriver::wake_after(NodeId node, Duration length) {
  if (length == kForever) return;
  at(loop_.now() + length, true, [this, node, life = lives_[node]] {
    if (lives_[node] == life) target_.resume(node);
  });
}

void FaultDriver::end_strike(FaultPlan& plan) {
  --plan.in_force;
  record(EventKind::fault_end, plan);
  for (const auto& [from, to] : plan.cuts) restore(link(from, to));
  for (const NodeId node : plan.on) end_on(plan, node);
}

void FaultDriver::restore(Link& link) {
  if (--link.cuts > 0) return;
  link.holds = false;
  for (auto& arrive : std::exchange(link.held, {})) at(loop_.now(), true, std::move(arrive));
}

bool FaultDriver::hold_back(NodeId from, NodeId to, std::function<void()> arrive) {
  Link& way = link(from, to);
  if (way.cuts == 0 || !way.holds) return false;
  way.held.push_back(std::move(arrive));
  return true;
}

void FaultDriver::end_on(const FaultPlan& plan, NodeId node) {
  switch (plan.fault->kind) {
    case FaultKind::crash:
      if (in_force(FaultKind::crash, node) == nullptr) {
        target_.restart(node, plan.fault->memory_lost);
      }
      return;
    case FaultKind::clock_rate: {
      const FaultPlan* const other = in_force(FaultKind::clock_rate, node);
      const auto own = scenario_.clocks.find(names_[node.value()]);
      const std::int32_t usual = own == scenario_.clocks.end() ? 0 : own->second.ppm;
      return target_.set_clock_rate(node, other == nullptr ? usual : other->fault->ppm);
    }
    case FaultKind::clock_freeze:
      if (in_force(FaultKind::clock_freeze, node) == nullptr) target_.freeze_clock(node, false);
      return;
    default:
      return;
  }
}

const FaultPlan* FaultDriver::in_force(FaultKind kind, NodeId node) const {
  const auto holds = [&](const FaultPlan& plan) {
    return plan.fault->kind == kind && plan.in_force > 0 &&
           std::ranges::find(plan.on, node) != plan.on.end();
  };
  const auto last = std::find_if(plans_.rbegin(), plans_.rend(), holds);
  return last == plans_.rend() ? nullptr : &*last;
}

FaultDriver::Link& FaultDriver::link(NodeId from, NodeId to) {
  const auto [found, is_new] = links_.try_emplace({from, to});
  if (is_new) {
    found->second.delays = Stream("delay ", names_[from.value()], " -> ", names_[to.value()]);
  }
  return found->second;
}

TrueTime FaultDriver::pass_news(NodeId from, NodeId to) {
  Stream& delays = link(from, to).delays;
  return loop_.now() + draw_duration(choices_, delays, scenario_.network.delay);
}

Passage FaultDriver::pass(NodeId from, NodeId to, std::string_view what) {
  Passage passage{pass_news(from, to)};
  std::optional<Duration> again;
  bool is_lost = false;
  for (FaultPlan& plan : plans_) {
    if (!is_message_fault(plan.fault->kind) || !plan.hits(from, to, what)) continue;
    ++strikes_[plan.number];
    record(EventKind::fault, plan);
    const Duration by = plan.fault->by;
    is_lost |= plan.fault->kind == FaultKind::lose;
    if (plan.fault->kind == FaultKind::delay) passage.at += by;
    if (plan.fault->kind == FaultKind::duplicate) again = std::max(again.value_or(by), by);
  }
  const Link& way = link(from, to);
  if (is_lost || (way.cuts > 0 && !way.holds)) return {};
  if (again) passage.copy_at = passage.at + *again;
  return passage;
}

void FaultDriver::record(EventKind kind, const FaultPlan& plan) {
  log_->push_back({.at = loop_.now(),
                   .kind = kind,
                   .node = plan.on.empty() ? NodeId() : plan.on.front(),
                   .value = plan.number});
}

}  // namespace picklock
