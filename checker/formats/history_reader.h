// Reading a recorded history, whoever recorded it. docs/history-format.md describes every format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "checker/operations.h"

namespace picklock {

enum class Format : std::uint8_t {
  picklock_events,      // what `picklock run -o history=` writes
  picklock_operations,  // what `picklock history` and `-o jsonl=` write
  edn,                  // Jepsen and Knossos, Porcupine's key-value logs
  jepsen_json,
  jepsen_log,  // "INFO jepsen.util - 3 :invoke :read nil", and Jepsen's history.txt
  csv,
};
std::string_view to_string(Format format);

// By what stands at its beginning. Nothing for a text that is none of them.
std::optional<Format> recognise(std::string_view text);

struct ReadOptions {
  std::string file;  // as diagnostics name it
  // A history whose operations would take more bytes than this is refused after its first megabyte.
  std::uint64_t memory_limit = std::numeric_limits<std::uint64_t>::max();
  // Receives each operation, in the order of the text, instead of the history; false: no more are wanted. Only of
  // formats that tell an operation in one place, picklock operations and CSV; what spans several operations is
  // not checked.
  std::function<bool(const Operation&)> take;
  // Called about once a megabyte with the number of bytes behind the reader; false stops it there.
  std::function<bool(std::size_t)> progress;
};

struct ReadHistory {
  Format format{};
  OperationHistory history;
  Diagnostics malformed;  // the first 50 of history.malformed
  bool stopped = false;   // by `progress`: only the beginning was read
};

// Reads what can be read. What cannot be is counted in history.malformed and explained in `malformed`;
// the reader then goes on with the next line. Fails when the text is empty, is no history, or is too
// large. O(n), and one pass over the text.
Result<ReadHistory> read_history(std::string_view text, const ReadOptions& options);

}  // namespace picklock
