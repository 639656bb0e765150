#include "reports/facts.h"

#include <algorithm>

#include "base/require.h"

namespace picklock {
namespace {

bool changes_resource(const Event& applied) {
  return applied.outcome == Outcome::ok &&
         (applied.action == Action::write || applied.action == Action::sell ||
          applied.action == Action::run);
}

// Sentinels hold no data.
bool may_name_an_owner(const NodeInfo& node) {
  return node.role == Role::server && !node.name.starts_with("sentinel-");
}

}  // namespace

Facts::Facts(const History& history) : subject_(history.subject), end_(history.end) {
  require(subject_ != nullptr, "a history has a subject");
  for (const NodeInfo& node : subject_->nodes) {
    if (may_name_an_owner(node)) ++server_count_;
  }
  for (const Event& event : history.events) add(event);
  if (!subject_->diligent) return;
  for (auto& [op, hold] : holds_) {
    const auto deadline = deadlines_.find(op);
    if (deadline == deadlines_.end()) continue;
    hold.believed_until = std::min(hold.believed_until, std::max(hold.granted, deadline->second));
  }
}

void Facts::add(const Event& event) {
  switch (event.kind) {
    case EventKind::invoke:
      invocations_[event.op] = event;
      if (event.action == Action::acquire) {
        holds_[event.op] = Hold{.op = event.op, .client = event.node, .asked = event.at};
      } else if (event.action == Action::release && holds_.contains(event.hold)) {
        end_belief(holds_.at(event.hold), event.at);
      }
      break;
    case EventKind::complete:
      if (event.action == Action::acquire && holds_.contains(event.op)) {
        Hold& hold = holds_.at(event.op);
        hold.waited_until = std::min(hold.waited_until, event.at);
        if (event.outcome != Outcome::ok) break;
        hold.granted = event.at;
        hold.fence = event.fence;
      }
      break;
    case EventKind::deadline:
      deadlines_[event.hold] = true_time(event.value);
      break;
    case EventKind::aware:
      if (holds_.contains(event.hold)) end_belief(holds_.at(event.hold), event.at);
      break;
    case EventKind::named:
      namings_.push_back({.server = event.node, .hold = event.hold, .from = event.at});
      break;
    case EventKind::unnamed:
      end_naming(event);
      break;
    case EventKind::applied:
      add_effect(event);
      break;
    case EventKind::crashed:
      for (auto& [op, hold] : holds_) {
        if (hold.client != event.node) continue;
        end_belief(hold, event.at);
        hold.waited_until = std::min(hold.waited_until, event.at);
      }
      add_outage(event);
      break;
    case EventKind::restarted:
    case EventKind::paused:
    case EventKind::resumed:
      add_outage(event);
      break;
    default:
      break;
  }
}

void Facts::end_belief(Hold& hold, TrueTime at) {
  hold.believed_until = std::min(hold.believed_until, at);
}

void Facts::end_naming(const Event& event) {
  for (auto naming = namings_.rbegin(); naming != namings_.rend(); ++naming) {
    if (naming->server != event.node || naming->hold != event.hold) continue;
    naming->until = std::min(naming->until, event.at);
    return;
  }
}

void Facts::add_outage(const Event& event) {
  const bool crash = event.kind == EventKind::crashed || event.kind == EventKind::restarted;
  if (event.kind == EventKind::crashed || event.kind == EventKind::paused) {
    outages_.push_back({.node = event.node, .from = event.at, .crash = crash});
    return;
  }
  for (Outage& outage : outages_) {
    const bool ends = outage.node == event.node && outage.crash == crash;
    if (ends && outage.until == kNever) outage.until = event.at;
  }
}

void Facts::add_effect(const Event& event) {
  Effect effect{.event = event, .client = client_of(event.op), .highest_fence = highest_fence_};
  if (event.action == Action::run && event.outcome == Outcome::ok) {
    const auto before = std::ranges::find_if(effects_, [&](const Effect& past) {
      return past.event.action == Action::run && past.event.outcome == Outcome::ok &&
             past.event.value == event.value && past.event.hold != event.hold;
    });
    if (before != effects_.end()) effect.lost = before->event.op;
  } else if (changes_resource(event)) {
    // Lost is the newest write of somebody else that this hold did not see when it read.
    bool read_seen = false;
    std::size_t looked_at = 0;
    constexpr std::size_t kFarEnough = 1000;
    for (auto past = effects_.rbegin(); past != effects_.rend() && !read_seen; ++past) {
      if (++looked_at > kFarEnough) break;
      const bool own = past->event.hold == event.hold;
      read_seen = own && past->event.action == Action::read;
      if (own || !changes_resource(past->event) || !effect.lost.is_none()) continue;
      effect.lost = past->event.op;
    }
    if (!read_seen) effect.lost = OpId{};
  }
  if (event.outcome == Outcome::ok) highest_fence_ = std::max(highest_fence_, event.fence);
  effects_.push_back(effect);
}

const Event* Facts::invocation(OpId op) const {
  const auto found = invocations_.find(op);
  return found == invocations_.end() ? nullptr : &found->second;
}

NodeId Facts::client_of(OpId op) const {
  const Event* event = invocation(op);
  return event == nullptr ? NodeId{} : event->node;
}

std::string Facts::name(NodeId node) const {
  return node.value() < subject_->nodes.size() ? subject_->nodes[node.value()].name : "somebody";
}

std::uint32_t Facts::named_by(OpId hold, TrueTime at) const {
  std::uint32_t servers = 0;
  for (const Naming& naming : namings_) {
    if (naming.hold == hold && naming.from <= at && at < naming.until) ++servers;
  }
  return servers;
}

bool Facts::is_mistaken(const Hold& hold, TrueTime at) const {
  if (subject_->servers_observed) return named_by(hold.op, at) < subject_->quorum;
  return std::ranges::any_of(holds_, [&](const auto& entry) {
    const Hold& other = entry.second;
    return other.client != hold.client && other.granted > hold.granted && believes(other, at);
  });
}

std::size_t Facts::believers(TrueTime at) const {
  std::vector<NodeId> clients;
  for (const auto& [op, hold] : holds_) {
    if (believes(hold, at)) clients.push_back(hold.client);
  }
  std::sort(clients.begin(), clients.end());
  // Not std::ranges::unique: Clang 14 cannot compile the subrange of this standard library.
  return static_cast<std::size_t>(std::unique(clients.begin(), clients.end()) - clients.begin());
}

const Facts::Outage* Facts::outage(NodeId node, TrueTime at) const {
  const Outage* found = nullptr;
  for (const Outage& outage : outages_) {
    if (outage.node != node || at < outage.from || at >= outage.until) continue;
    if (found == nullptr || outage.crash) found = &outage;
  }
  return found;
}

bool Facts::is_stale(const Effect& effect) const {
  const auto hold = holds_.find(effect.event.hold);
  if (hold == holds_.end()) return false;
  return effect.event.at >= hold->second.believed_until ||
         is_mistaken(hold->second, effect.event.at);
}

const Facts::Effect* Facts::last_change(TrueTime at) const {
  const Effect* found = nullptr;
  for (const Effect& effect : effects_) {
    if (effect.event.at > at) break;
    if (changes_resource(effect.event)) found = &effect;
  }
  return found;
}

}  // namespace picklock
