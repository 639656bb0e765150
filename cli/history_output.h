#pragma once

#include "checker/operations.h"
#include "cli/arguments.h"

namespace picklock::cli {

// Writes the history as `output.kind`, edn or jsonl; says on the standard error why it could not.
bool write_history(const OperationHistory& history, const Output& output);

}  // namespace picklock::cli
