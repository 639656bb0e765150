// Whether two worlds carried out the same run.
#pragma once

#include "checker/history.h"

namespace picklock {

// True when both histories have the same events at the same instants. Events of one instant are concurrent, so
// their order is no difference, nor are the numbers of operations that it decides: an operation is known by its
// client and its place among that client's operations. O(n log n).
bool same_run(const History& a, const History& b);

}  // namespace picklock
