// --format github: annotations of GitHub Actions, and the summary of the job where it asks for one.
#pragma once

#include <span>
#include <string>

#include "reports/table.h"

namespace picklock::cli {

// Prints an annotation for each cell that is not as expected. Appends `summary`, Markdown, to the file that
// GITHUB_STEP_SUMMARY names; false, and why on the standard error, when it cannot be written.
bool annotate(std::span<const Table> tables, const std::string& summary);

}  // namespace picklock::cli
