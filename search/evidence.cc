#include "search/evidence.h"

#include <algorithm>
#include <string>

namespace picklock {
namespace {

bool is_client_cut_off_from(const std::string& server, const Fault& cut) {
  const auto has_server = [&](const auto& group) {
    return std::ranges::find(group, server) != group.end();
  };
  const auto is_client = [](const std::string& name) { return name.starts_with("client-"); };
  return std::ranges::any_of(cut.groups, has_server) &&
         std::ranges::any_of(cut.groups, [&](const auto& group) {
           return !has_server(group) && std::ranges::any_of(group, is_client);
         });
}

}  // namespace

Evidence::Evidence(const Scenario& scenario, const History& history, TrueTime until)
    : scenario_(scenario), subject_(*history.subject) {
  for (const Event& event : history.events) {
    if (event.at > until && event.kind != EventKind::complete) continue;
    add(event);
  }
}

bool Evidence::was_anybody_granted() const {
  return std::ranges::any_of(ends_, [](const auto& end) { return end.second == Outcome::ok; });
}

bool Evidence::has_old_primary_granted() const {
  return has_old_primary_granted_ || std::ranges::any_of(cuts_, [this](const Fault* cut) {
           return is_client_cut_off_from(subject_.nodes[promoted_->value()].name, *cut);
         });
}

bool Evidence::is_held_by_nobody() const {
  return std::ranges::any_of(names_, [&](OpId hold) {
    const auto end = ends_.find(hold);
    return end != ends_.end() && end->second != Outcome::ok;
  });
}

bool Evidence::was_sent_in_time(OpId release) const {
  const auto sent = invoked_.find(release);
  const auto own = holds_of_.find(release);
  if (sent == invoked_.end() || own == holds_of_.end()) return false;
  const auto ended = expired_.find(own->second);
  return ended != expired_.end() && sent->second <= ended->second;
}

bool Evidence::is_client(NodeId node) const {
  return node.value() < subject_.nodes.size() && subject_.nodes[node.value()].role == Role::client;
}

void Evidence::add(const Event& event) {
  switch (event.kind) {
    case EventKind::invoke:
      invoked_.emplace(event.op, event.at);
      holds_of_.emplace(event.op, event.hold);
      if (event.action == Action::release) believed_.erase(event.hold);
      return;
    case EventKind::complete:
      if (event.action != Action::acquire) return;
      ends_.emplace(event.op, event.outcome);
      if (event.outcome == Outcome::ok) grant(event);
      return;
    case EventKind::aware:
      believed_.erase(event.hold);
      return;
    case EventKind::named:
      names_.push_back(event.hold);
      has_old_primary_granted_ =
          has_old_primary_granted_ || (promoted_ && *promoted_ != event.node);
      return;
    case EventKind::unnamed:
      has_forgotten_ = has_forgotten_ || event.cause == Cause::lost;
      return unname(event);
    case EventKind::applied:
      return apply(event);
    case EventKind::crashed:
      is_client_dead_ = is_client_dead_ || is_client(event.node);
      return;
    case EventKind::fault:
      return strike(event);
    case EventKind::elected:
      if (scenario_.servers.sentinels > 0) promoted_ = event.node;
      return;
    default:
      return;
  }
}

void Evidence::strike(const Event& event) {
  const Fault& fault = scenario_.faults[static_cast<std::size_t>(event.value)];
  struck_.emplace(fault.kind);
  if (fault.kind == FaultKind::promote) promoted_ = event.node;
  if (fault.kind == FaultKind::partition) cuts_.push_back(&fault);
}

void Evidence::grant(const Event& event) {
  believed_.emplace(event.op, event.node);
  was_granted_too_late_ = was_granted_too_late_ || unnamed_.contains(event.op);
}

void Evidence::unname(const Event& event) {
  std::erase(names_, event.hold);
  unnamed_.insert(event.hold);
  if (event.cause == Cause::expired) expired_.emplace(event.hold, event.at);
  was_overwritten_ = was_overwritten_ || event.cause == Cause::overwritten;
  if (event.cause == Cause::deleted && !deletion_) deletion_ = event;
  const bool is_loss = event.cause != Cause::released && believed_.contains(event.hold);
  if (is_loss && !loss_) loss_ = event;
}

void Evidence::apply(const Event& event) {
  const auto ended = expired_.find(event.hold);
  const auto sent = invoked_.find(event.op);
  if (ended == expired_.end() || sent == invoked_.end()) return;
  has_late_effect_ = has_late_effect_ || sent->second <= ended->second;
}

}  // namespace picklock
