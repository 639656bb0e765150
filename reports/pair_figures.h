// The figures of a lock that was measured on real servers: pairs of an acquire and its release.
#pragma once

#include <optional>
#include <vector>

#include "reports/measurement.h"
#include "reports/table.h"

namespace picklock {

// Of all clients together: the median of the rounds, so that a moment in which the machine did something else does not
// count. 0 when there is no round.
double pairs_per_second(const MeasuredPoint& point);
// The same of the servers' own benchmark program; nothing when there is none.
std::optional<double> ceiling_per_second(const MeasuredPoint& point);

const std::vector<Column>& pair_columns();
std::vector<Cell> pair_cells(const MeasuredPoint& point);

}  // namespace picklock
