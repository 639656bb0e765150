// Judging a recorded history that is not kept: in one pass over its text, in memory that depends on its clients.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checker/formats/history_reader.h"
#include "checker/judgement.h"
#include "checker/specifications/specification.h"

namespace picklock {

struct OnePass {
  // Of the operations only those that prove a violation are kept, in the order of invocation; the judgement's places
  // are those among them.
  ReadHistory read;
  Judgement judgement;
  std::vector<std::uint32_t> places;  // of the kept operations in the whole history
  std::uint64_t unknown = 0;          // operations of unknown outcome in the whole history
};

// Whether the specification can be judged so: locks that one owner holds at a time, once, and it alone releases. (Of a
// re-entrant owner everything that it ever did may be needed to explain a violation.)
bool allows_one_pass(SpecificationKind kind);

// The specification allows it. The operations must stand in the order of invocation, each in one place, as in
// picklock operations and CSV; other formats are an error. What the procedure of owned_lock.h declines is
// undecided. A violation is told as judge() tells it, from a second reading. O(n log c) time and O(c) memory for c
// clients and locks.
Result<OnePass> judge_in_one_pass(std::string_view text, const Specification& specification,
                                  const ReadOptions& options);

}  // namespace picklock
