#include "search/free_faults.h"

#include <algorithm>
#include <utility>

#include "sim/fault_plan.h"

namespace picklock {

FreeFaults::FreeFaults(const Scenario& scenario, const Placements& placements)
    : scenario_(scenario), names_(node_names(scenario)), at_(names_.size()) {
  for (std::uint32_t node = 0; node < names_.size(); ++node) {
    // What may strike depends on whose point it is, and not on which.
    const Occasion point{.node = NodeId(node), .what = "point"};
    for (Placement& placement : placements.at({&point, 1})) {
      if (!has(placement)) continue;
      placement.fault.when = Anchor{};
      const auto known = std::ranges::find(all_, placement.fault);
      at_[node].push_back(static_cast<std::uint32_t>(known - all_.begin()));
      if (known == all_.end()) all_.push_back(std::move(placement.fault));
    }
  }
}

bool FreeFaults::has(const Placement& placement) {
  return !placement.lasts && placement.fault.when.kind != Anchor::Kind::time &&
         !is_message_fault(placement.fault.kind);
}

bool FreeFaults::are_all(const std::vector<FaultKind>& kinds) {
  const auto is_free = [](FaultKind kind) {
    return kind == FaultKind::crash || kind == FaultKind::reset || kind == FaultKind::clock_step ||
           kind == FaultKind::clock_freeze;
  };
  return !kinds.empty() && std::ranges::all_of(kinds, is_free);
}

const std::vector<std::uint32_t>& FreeFaults::at(NodeId node, std::string_view point) const {
  return Placements::has_name(scenario_, point) ? at_[node.value()] : none_;
}

Fault FreeFaults::anchored(std::uint32_t number, const Occasion& where) const {
  Fault fault = all_[number];
  fault.when = Placements::anchor_at(where, names_[where.node.value()]);
  return fault;
}

}  // namespace picklock
