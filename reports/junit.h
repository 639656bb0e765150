// JUnit XML, which every continuous integration shows.
#pragma once

#include <span>
#include <string>

#include "reports/table.h"

namespace picklock {

// A row is a suite and a cell a case. Not met is a failure when it was decided and an error when it was not; what
// was not judged is skipped. `system-out` says what the cell says, sign, text and note a line each. Without times:
// equal tables give equal bytes.
std::string junit_xml(std::span<const Table> tables);

}  // namespace picklock
