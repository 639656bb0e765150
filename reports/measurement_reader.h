// What measurement_json wrote, read again.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "reports/measurement.h"

namespace picklock {

// Schemas "picklock-sweep-1" and "picklock-throughput-1", without "timing". Refused with diagnostics as parse_result
// does.
Result<MeasurementDocument> parse_measurement(std::string_view text, const std::string& file);

}  // namespace picklock
