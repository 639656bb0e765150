// One fault of a scenario with its names resolved, and what a run has seen of it: what the fault drivers of
// all worlds share.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "scenarios/scenario.h"
#include "sim/choices.h"

namespace picklock {

struct FaultPlan {
  const Fault* fault = nullptr;
  std::uint32_t number = 0;
  NodeId anchor;      // none: anchored in time
  std::string label;  // the anchor's point, as announced
  std::vector<NodeId> on;
  std::vector<NodeId> peers;
  std::vector<std::pair<NodeId, NodeId>> cuts;
  NodeId from;  // of messages; none = any
  NodeId to;
  Stream at;
  Stream delay;
  Stream length;
  Stream every;
  // Of this run:
  std::uint32_t seen = 0;      // how often the anchor was reached
  bool active = false;         // a message fault that is looking for messages
  std::uint32_t matched = 0;   // messages since it became active
  std::uint32_t in_force = 0;  // strikes that have not ended yet

  // Begins a run.
  void rewind();
  // The anchor's point was reached: does the fault strike this time?
  bool strikes_at(NodeId node, std::string_view point);
  // A message passes: does this message fault hit it?
  bool hits(NodeId from_node, NodeId to_node, std::string_view what);
};

bool is_message_fault(FaultKind kind);

// `names` are those of the nodes, by NodeId; the scenario was validated, and so names no other. `fault`
// must outlive the plan.
FaultPlan plan_of(const Fault& fault, std::uint32_t number, std::span<const std::string> names);

}  // namespace picklock
