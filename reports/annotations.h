// Workflow commands of GitHub Actions: one line a cell, shown at the scenario's expectation in the diff.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
#pragma once

#include <functional>
#include <span>
#include <string>

#include "reports/table.h"

namespace picklock {

// The line, from 1, at which `file` speaks of `property`; 0 when it does not.
using LineOf = std::function<int(const std::string& file, const std::string& property)>;

// `::error` for what was decided and is not as expected, `::warning` for what was not decided, and the problems of rows
// as errors. Everything that is as expected is silent.
std::string annotations(std::span<const Table> tables, const LineOf& line_of);

}  // namespace picklock
