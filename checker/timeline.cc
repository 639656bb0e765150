#include "checker/timeline.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/require.h"

namespace picklock {

void Timeline::assign(const History& history) {
  require(history.subject != nullptr, "a history has a subject");
  history_ = &history;
  servers_ = 0;
  known_ = 0;
  operations_.clear();
  tracks_.clear();
  nodes_.assign(history.subject->nodes.size(), NodeState{});
  returns_.clear();
  acquires_.clear();
  holds_.clear();
  grants_.clear();
  ownerships_.clear();
  effects_.clear();
  removals_.clear();
  renewals_.clear();
  wake_ups_.clear();
  standstills_.clear();
  end_ = history.end;
  faults_over_ = history.subject->faults_end;
  make_room(history.events.size());
  if (!history.events.empty()) end_ = std::max(end_, history.events.back().at);
  for (const Event& event : history.events) apply(event);
  finish();
}

// So that the lists of a short history are not moved again and again while they grow.
void Timeline::make_room(std::size_t events) {
  const std::size_t operations = events / 2;  // most of them return
  operations_.reserve(operations);
  tracks_.reserve(operations);
  returns_.reserve(operations);
  const std::size_t usually = std::min<std::size_t>(operations, 64);
  acquires_.reserve(usually);
  holds_.reserve(usually);
  grants_.reserve(usually);
  ownerships_.reserve(usually);
  effects_.reserve(usually);
  removals_.reserve(usually);
}

void Timeline::apply(const Event& event) {
  switch (event.kind) {
    case EventKind::invoke:
      return invoke(event);
    case EventKind::complete:
      return complete(event);
    case EventKind::deadline:
      return set_deadline(event);
    case EventKind::aware:
      return end_belief(reserve(event.hold), event.at, BeliefEnd::aware);
    case EventKind::named:
      return name_hold(event);
    case EventKind::renewed:
      renewals_.push_back({.at = event.at, .server = event.node, .hold = hold_of(event.hold)});
      return;
    case EventKind::woken:
      wake_ups_.push_back({.at = event.at, .op = event.op});
      return;
    case EventKind::unnamed:
      return unname_hold(event);
    case EventKind::applied:
      effects_.push_back({.at = event.at,
                          .op = event.op,
                          .hold = event.hold.is_none() ? kNoIndex : hold_of(event.hold),
                          .action = event.action,
                          .outcome = event.outcome,
                          .value = event.value,
                          .fence = event.fence});
      return;
    case EventKind::crashed:
      crash(event);
      return update_standstill(event);
    case EventKind::restarted:
    case EventKind::paused:
    case EventKind::resumed:
      return update_standstill(event);
    case EventKind::fault_end:
      faults_over_ = std::max(faults_over_, event.at);
      return;
    case EventKind::fault:
    case EventKind::elected:
      return;
  }
}

void Timeline::grow(OpId op) {
  require(op.value() < history_->events.size(), "operations of a history are numbered densely");
  known_ = op.value() + 1;
  operations_.resize(known_);
  tracks_.resize(known_);
}

void Timeline::add_hold(OpId acquire) {
  tracks_[acquire.value()].hold = static_cast<std::uint32_t>(holds_.size());
  holds_.push_back({.id = acquire, .client = operations_[acquire.value()].client});
}

Timeline::NodeState& Timeline::node(NodeId node) {
  require(node.value() < nodes_.size(), "an event names a node of its subject");
  return nodes_[node.value()];
}

std::uint64_t Timeline::server_bit(NodeId server) {
  NodeState& state = node(server);
  if (state.server == kNoIndex) state.server = servers_++;
  require(state.server < 64, "at most 64 servers name holds");
  return std::uint64_t{1} << state.server;
}

void Timeline::invoke(const Event& event) {
  const std::uint32_t index = reserve(event.op);
  operations_[index] = {.id = event.op,
                        .hold = event.action == Action::acquire ? event.op : event.hold,
                        .client = event.node,
                        .action = event.action,
                        .invoked = event.at,
                        .value = event.value,
                        .fence = event.fence};
  NodeState& process = node(event.node);
  tracks_[index].next_of_process = process.last_operation;
  process.last_operation = index;
  if (event.action == Action::acquire) acquires_.push_back(event.op);
  if (event.action == Action::release && !event.hold.is_none()) {
    end_belief(reserve(event.hold), event.at, BeliefEnd::released);
  }
}

void Timeline::complete(const Event& event) {
  const std::uint32_t index = reserve(event.op);
  ClientOperation& operation = operations_[index];
  require(!operation.id.is_none(), "an operation is invoked before it completes");
  require(operation.returned == kNever, "an operation completes once");
  operation.returned = event.at;
  operation.waited = event.at;
  operation.outcome = event.outcome;
  returns_.push_back(event.op);
  if (event.outcome != Outcome::ok) return;
  if (event.action == Action::read) operation.value = event.value;
  if (event.action != Action::acquire) return;
  operation.fence = event.fence;
  const std::uint32_t slot = hold_of(event.op);
  Hold& hold = holds_[slot];
  hold.client = operation.client;
  hold.fence = event.fence;
  hold.granted = event.at;
  hold.naive_until = end_;
  hold.diligent_until = kNever;
  tracks_[index].believes = true;
  grants_.push_back(slot);
}

// The deadline in force ends the diligent belief at the first instant at which it has been reached.
// One that is replaced at the very instant at which it came into force never was in force.
void Timeline::set_deadline(const Event& event) {
  const std::uint32_t slot = hold_of(event.hold);
  Track& track = tracks_[event.hold.value()];
  Hold& hold = holds_[slot];
  if (track.believes && !track.expired && event.at > track.deadline_since &&
      event.at > hold.granted) {
    const TrueTime lapse = std::max({track.deadline, track.deadline_since, hold.granted});
    if (lapse <= event.at) {
      track.expired = true;
      hold.diligent_until = lapse;
    }
  }
  track.deadline = true_time(event.value);
  track.deadline_since = event.at;
  if (track.deadline != kNever) hold.has_deadline = true;
}

void Timeline::end_belief(std::uint32_t op, TrueTime at, BeliefEnd why) {
  Track& track = tracks_[op];
  if (!track.believes) return;
  Hold& hold = holds_[track.hold];
  track.believes = false;
  hold.naive_until = at;
  hold.belief_end = why;
  if (!track.expired) {
    const TrueTime lapse = std::max({track.deadline, track.deadline_since, hold.granted});
    hold.diligent_until = std::min(at, lapse);
  }
}

void Timeline::name_hold(const Event& event) {
  const std::uint32_t slot = hold_of(event.hold);
  Track& track = tracks_[event.hold.value()];
  track.servers |= server_bit(event.node);
  if (track.ownership != kNoIndex) return;
  if (std::cmp_less(std::popcount(track.servers), subject().quorum)) return;
  track.ownership = static_cast<std::uint32_t>(ownerships_.size());
  ownerships_.push_back({.hold = slot, .from = event.at, .until = kNever});
  holds_[slot].named = std::min(holds_[slot].named, event.at);
}

void Timeline::unname_hold(const Event& event) {
  const std::uint32_t slot = hold_of(event.hold);
  removals_.push_back(
      {.at = event.at, .server = event.node, .hold = slot, .cause = event.cause, .op = event.op});
  Track& track = tracks_[event.hold.value()];
  track.servers &= ~server_bit(event.node);
  if (track.ownership == kNoIndex) return;
  if (std::cmp_greater_equal(std::popcount(track.servers), subject().quorum)) return;
  ownerships_[track.ownership].until = event.at;
  ownerships_[track.ownership].cause = event.cause;
  track.ownership = kNoIndex;
}

// A restart begins a new process, which knows nothing of the operations of the old one.
void Timeline::crash(const Event& event) {
  NodeState& process = node(event.node);
  for (std::uint32_t op = process.last_operation; op != kNoIndex;
       op = tracks_[op].next_of_process) {
    ClientOperation& operation = operations_[op];
    if (operation.returned == kNever) operation.waited = event.at;
    end_belief(op, event.at, BeliefEnd::crashed);
  }
  process.last_operation = kNoIndex;
}

void Timeline::update_standstill(const Event& event) {
  NodeState& process = node(event.node);
  if (event.kind == EventKind::crashed) {
    process.crashed = true;
    process.pauses = 0;  // the paused process is gone
  }
  if (event.kind == EventKind::restarted) process.crashed = false;
  if (event.kind == EventKind::paused) ++process.pauses;
  if (event.kind == EventKind::resumed && process.pauses > 0) --process.pauses;
  const bool stands_still = process.crashed || process.pauses > 0;
  if (stands_still && process.standstill == kNoIndex) {
    process.standstill = static_cast<std::uint32_t>(standstills_.size());
    standstills_.push_back({.node = event.node, .from = event.at, .until = end_});
  } else if (!stands_still && process.standstill != kNoIndex) {
    standstills_[process.standstill].until = event.at;
    process.standstill = kNoIndex;
  }
}

void Timeline::finish() {
  for (const std::uint32_t slot : grants_) {
    const Hold& hold = holds_[slot];
    if (tracks_[hold.id.value()].believes) end_belief(hold.id.value(), end_, BeliefEnd::run_ended);
  }
  for (ClientOperation& operation : operations_)
    operation.waited = std::min(operation.waited, end_);
  for (Ownership& ownership : ownerships_) ownership.until = std::min(ownership.until, end_);
  std::erase_if(ownerships_, [](const Ownership& o) { return o.from >= o.until; });
  for (Hold& hold : holds_) {
    if (hold.client.is_none()) hold.client = operations_[hold.id.value()].client;
  }
}

const ClientOperation* Timeline::find(OpId op) const {
  if (op.is_none() || op.value() >= operations_.size()) return nullptr;
  const ClientOperation& operation = operations_[op.value()];
  return operation.id.is_none() ? nullptr : &operation;
}

const Hold* Timeline::find_hold(OpId acquire) const {
  if (acquire.is_none() || acquire.value() >= tracks_.size()) return nullptr;
  const std::uint32_t slot = tracks_[acquire.value()].hold;
  return slot == kNoIndex ? nullptr : &holds_[slot];
}

bool Timeline::is_dead(NodeId node, TrueTime at) const {
  bool dead = false;
  for (const Event& event : history_->events) {
    if (event.at > at) break;
    if (event.node != node) continue;
    if (event.kind == EventKind::crashed) dead = true;
    if (event.kind == EventKind::restarted) dead = false;
  }
  return dead;
}

std::string_view Timeline::name(NodeId node) const {
  const std::vector<NodeInfo>& nodes = subject().nodes;
  return node.value() < nodes.size() ? std::string_view(nodes[node.value()].name) : "(nobody)";
}

}  // namespace picklock
