// `--format json`: the result of a program as one JSON document (docs/output.md).
#pragma once

#include <string>

#include "reports/result.h"

namespace picklock {

// Schema "picklock-result-1", with a line's end. Keys stand in a fixed order and numbers have a fixed
// precision: equal results give equal bytes on every machine. Whatever the wall clock or the number of
// jobs decides is in "timing" and nowhere else.
std::string result_json(const ResultDocument& document);

// One violation with all that is needed to draw it and to carry it out again: an object of "violations".
std::string recorded_run_json(const RunPicture& run, const std::string& scenario,
                              const std::string& version);

}  // namespace picklock
