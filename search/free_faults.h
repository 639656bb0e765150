// Faults that strike at once and leave nothing open, which a search therefore need not place before the run: at each
// point that a node reaches it decides whether one strikes there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.h"
#include "search/placements.h"

namespace picklock {

class FreeFaults {
 public:
  // All of the kinds that are placed. The scenario outlives it.
  FreeFaults(const Scenario& scenario, const Placements& placements);

  // Whether it is one of them: at a point, of no length that would be open.
  static bool has(const Placement& placement);
  // Whether all faults of these kinds are; no kinds: all there are.
  static bool are_all(const std::vector<FaultKind>& kinds);
  // By number; nothing says when they strike.
  const std::vector<Fault>& all() const { return all_; }
  // The numbers of those that may strike at this point of a node.
  const std::vector<std::uint32_t>& at(NodeId node, std::string_view point) const;
  // The same fault as one of a scenario, which strikes here.
  Fault anchored(std::uint32_t number, const Occasion& where) const;

 private:
  const Scenario& scenario_;
  std::vector<std::string> names_;  // of the nodes
  std::vector<Fault> all_;
  std::vector<std::vector<std::uint32_t>> at_;  // by node
  std::vector<std::uint32_t> none_;
};

}  // namespace picklock
