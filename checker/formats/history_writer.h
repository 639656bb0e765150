// Writing operations so that others can judge them.
#pragma once

#include <functional>
#include <string_view>

#include "checker/operations.h"

namespace picklock {

// Takes the text piece by piece, some 64 KB at a time.
using TextSink = std::function<void(std::string_view)>;

// picklock's own JSON Lines, one operation each; read_history gives the same operations back.
void write_operation_lines(const OperationHistory& history, const TextSink& out);

// Jepsen's EDN, one event a line: for Knossos and Jepsen, and, where keys have names and texts for
// values, in the very words of Porcupine's key-value logs.
//
// Read again, it gives the same operations in the same real-time order, but its times are positions, and
// a process that goes on after an unknown outcome, or at an instant in which it and another one returned
// and went on, gets a new number there, as Jepsen's processes do; :owner then says on whose behalf it holds a lock. An unknown
// outcome is written as :info at the end. O(n log n) time, O(n) memory.
void write_edn(const OperationHistory& history, const TextSink& out);

}  // namespace picklock
