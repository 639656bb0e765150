// GitHub-flavoured Markdown: for job summaries, pull requests and notes.
#pragma once

#include <span>
#include <string>

#include "reports/measurement.h"
#include "reports/result.h"
#include "reports/table.h"

namespace picklock {

// A table. Each cell is its sign and its words; an alarm is bold, with its note. When there is one row, its cells stand
// below one another.
std::string markdown_table(const Table& table);

// The whole document of `run`: the verdicts, then for each scenario with a violation its reason, the steps, a Mermaid
// diagram and the fixes. Of many scenarios only the first 20 counterexamples are told; the rest is counted.
std::string markdown_report(const ResultDocument& document, const std::string& command);

// The same of `check`.
std::string markdown_report(const CheckDocument& document, const std::string& command);

// The grid of `sweep` or `throughput` as one table.
std::string markdown_report(const MeasurementDocument& document);

// One violation as a Mermaid sequence diagram, without its fence: who sent what to whom, in the order of arrival, and
// the numbered steps as notes. At most 12 steps, 4 clients and 40 messages, those of the counterexample first.
std::string mermaid_sequence(const RunPicture& run);

}  // namespace picklock
