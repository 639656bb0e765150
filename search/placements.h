// What can go wrong in a run, and when: the faults that a search places.
//
// A fault falls at an occasion of the run that it is placed in: just after a point that a node reached, or on a
// message. Of occasions of one kind between which the history records nothing (a client that asks again and
// again) only the first counts. How long a fault lasts is not drawn from a grid: it ends just after each event
// that happens meanwhile, and just before and just after each deadline.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/history.h"
#include "scenarios/scenario.h"
#include "sim/faults.h"

namespace picklock {

// A fault that can be placed. Where `lasts`, its length (of a delayed message: how late it is) is still open and
// stands at the longest.
struct Placement {
  Fault fault;
  TrueTime at{};  // of its occasion
  bool lasts = false;
};

class Placements {
 public:
  // Of the kinds alone that are named; none: of all.
  Placements(const Scenario& scenario, std::vector<FaultKind> kinds);

  // All faults for the occasions of a run, in the order of time.
  std::vector<Placement> at(std::span<const Occasion> occasions) const;

  // The lengths that a fault may have that begins at `at`, rising: `run` is the one in which it lasts longest.
  static std::vector<Duration> lengths(const History& run, TrueTime at);
  // Lengths around every timer of the scenario, for who cannot look at a run.
  const std::vector<Duration>& usual_lengths() const { return usual_lengths_; }

  static Fault lasting(const Placement& placement, Duration length);
  // Just before or just after a point of the node of this name.
  static Anchor anchor_at(const Occasion& point, const std::string& node);
  // In a scheduled job a read belongs to the run, and has no name of its own.
  static bool has_name(const Scenario& scenario, std::string_view point);

 private:
  class Builder;
  bool wants(FaultKind kind) const;

  const Scenario& scenario_;
  std::vector<FaultKind> kinds_;
  std::vector<Duration> usual_lengths_;
};

}  // namespace picklock
