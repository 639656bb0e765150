#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "reports/page.h"
#include "reports/result.h"
#include "reports/trace_json.h"
#include "scenarios/scenario.h"

namespace picklock::cli {

// The kinds of -o of the commands that end with one violation.
inline const std::vector<std::string> kViolationOutputs{"html",     "trace", "history",
                                                        "perfetto", "edn",   "markdown"};

// The run as the one result of a scenario that was carried out once.
ResultDocument document_of(const Scenario& scenario, const RunPicture& picture);
Page page_of(const Scenario& scenario, const RunPicture& picture);

// Writes it in each of these kinds; says on the standard error what could not be written.
bool write_violation(const std::vector<Output>& outputs, const Scenario& scenario,
                     const RunPicture& picture);

}  // namespace picklock::cli
