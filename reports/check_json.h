// `picklock check --format json`: its results as one JSON document (docs/output.md).
#pragma once

#include <string>

#include "reports/check_result.h"

namespace picklock {

// Schema "picklock-check-1", with a line's end. Whatever the wall clock, the number of threads or the
// machine's memory decides is in "timing" and nowhere else.
std::string check_json(const CheckDocument& document);

}  // namespace picklock
