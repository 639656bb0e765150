// What a person reads in a terminal: verdicts, properties, fixes, and the picture of a counterexample.
#pragma once

#include <string>
#include <string_view>

#include "checker/verdict.h"
#include "reports/canvas.h"
#include "reports/result.h"

namespace picklock {

// The verdict line, the properties, the problems, the picture of the first violation and the fixes of
// one scenario. A symbol stands wherever a colour does.
std::string scenario_text(const ScenarioResult& result, const TerminalStyle& style);

// One line a scenario, without properties and pictures: for programs that run many.
std::string scenario_line(const ScenarioResult& result, const TerminalStyle& style);

// One violation: its property, its reason, how small it is, and its picture.
std::string violation_text(const RunPicture& run, const TerminalStyle& style);

// How many scenarios met their expectations, and what the upper bounds do not promise; then
// `next_command`, the last line, when it is not empty.
std::string summary_text(const ResultDocument& document, std::string_view next_command,
                         const TerminalStyle& style);

// Violated "✗", holds "✓", undecided "?"; in ASCII "x", "o", "?".
std::string_view symbol(Status status, const TerminalStyle& style);
// Safe, but it had nothing to judge: "○" or "-".
std::string_view vacuous_symbol(const TerminalStyle& style);

// What the rung of the ladder means, in one phrase; "" for an unknown one.
std::string_view specification_meaning(std::string_view rung);

}  // namespace picklock
