// Operations as bars over compressed time, one lane a process.
#pragma once

#include <span>
#include <string>

#include "reports/canvas.h"
#include "reports/check_result.h"

namespace picklock {

// Instants, the first as it is and the others counted from it; bars that carry the numbers of the
// operations, from 1; a mark where it went wrong; and a list of the operations under them. Where there
// are more instants than the width allows, the last operations are drawn and all are listed, 20 at most.
std::string draw_operations(std::span<const ShownOperation> operations, TrueTime wrong_at,
                            bool times_are_positions, const TerminalStyle& style);

}  // namespace picklock
