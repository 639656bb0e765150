// Whether two worlds carried out the same run.
#pragma once

#include <optional>

#include "checker/history.h"

namespace picklock {

// The first events in which two histories differ; one that has nothing more to show has none.
struct RunDifference {
  std::optional<Event> a;
  std::optional<Event> b;
};

// Nothing when both histories have the same events at the same instants. Events of one instant are concurrent, so
// their order is no difference, nor are the numbers of operations that it decides: an operation is known by its
// client and its place among that client's operations. O(n log n).
std::optional<RunDifference> difference_between(const History& a, const History& b);

}  // namespace picklock
