#include "sim/fault_plan.h"

#include <algorithm>

#include "base/require.h"

namespace picklock {
namespace {

NodeId node_of(std::string_view name, std::span<const std::string> names) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return NodeId(static_cast<std::uint32_t>(found - names.begin()));
  require(name == "*", "a validated scenario names only nodes that exist");
  return NodeId();
}

}  // namespace

bool is_message_fault(FaultKind kind) {
  return kind == FaultKind::delay || kind == FaultKind::lose || kind == FaultKind::duplicate ||
         kind == FaultKind::reorder;
}

FaultPlan plan_of(const Fault& fault, std::uint32_t number, std::span<const std::string> names) {
  const auto find = [names](std::string_view name) { return node_of(name, names); };
  FaultPlan plan;
  plan.fault = &fault;
  plan.number = number;
  plan.at = Stream("at " + fault.name);
  plan.delay = Stream("after " + fault.name);
  plan.length = Stream("length of " + fault.name);
  plan.every = Stream("every " + fault.name);
  if (fault.when.kind != Anchor::Kind::time) {
    plan.anchor = find(fault.when.node);
    const bool before = fault.when.kind == Anchor::Kind::before;
    plan.label = before ? "before " + fault.when.point : fault.when.point;
  }
  for (const std::string& name : fault.on) plan.on.push_back(find(name));
  for (const std::string& name : fault.peers) plan.peers.push_back(find(name));
  for (std::size_t a = 0; a < fault.groups.size(); ++a) {
    for (std::size_t b = 0; b < fault.groups.size(); ++b) {
      if (a == b || (fault.one_way && a != 0)) continue;
      for (const std::string& from : fault.groups[a]) {
        for (const std::string& to : fault.groups[b]) plan.cuts.emplace_back(find(from), find(to));
      }
    }
  }
  plan.from = find(fault.message.from);
  plan.to = find(fault.message.to);
  return plan;
}

void FaultPlan::rewind() {
  for (Stream* stream : {&at, &delay, &length, &every}) stream->rewind();
  seen = matched = in_force = 0;
  active = false;
}

bool FaultPlan::strikes_at(NodeId node, std::string_view point) {
  if (anchor != node || label != point) return false;
  ++seen;
  return fault->when.nth == 0 || seen == fault->when.nth;
}

bool FaultPlan::hits(NodeId from_node, NodeId to_node, std::string_view what) {
  const MessagePattern& pattern = fault->message;
  const bool matches = active && (from.is_none() || from == from_node) &&
                       (to.is_none() || to == to_node) &&
                       (pattern.what == "*" || pattern.what == what);
  if (!matches) return false;
  ++matched;
  if (matched < pattern.nth) return false;
  return pattern.count == 0 || matched < pattern.nth + pattern.count;
}

}  // namespace picklock
