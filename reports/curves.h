// The curves of the page, as data: what is drawn against what. The page scales and draws them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reports/measurement.h"

namespace picklock {

// An array of charts. Each has a title, a sentence, two axes with a label, a scale ("linear" or "log") and a unit ("s",
// "share" or ""), and lines of points [x, y, low, high]; low and high are the ends of the interval of y, or absent. A
// chart over time has `spans` as well: the faults.
nlohmann::ordered_json curves_json(const MeasurementDocument& document);

}  // namespace picklock
