// The just-in-time search on the operations of one object, whatever its specification.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/judgement.h"
#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock {

struct ObjectSearch {
  Status status = Status::holds;
  std::uint32_t stuck = 0;  // violated: the operation whose return nothing explains
  std::uint64_t steps = 0;
  std::uint64_t judged = 0;
  const char* undecided_because = "";
  std::vector<std::uint32_t> order;  // holds, and it was asked for: what took effect, in an order
};

// `operations` are one object's, in the order of invocation; indices are places among them. Where
// `is_kept` is not empty, operations that it does not name may have happened or not.
ObjectSearch search_object(std::span<const Operation> operations,
                           std::span<const std::uint8_t> is_kept, const ValueTable& values,
                           const Specification& specification, const JudgeLimits& limits);

}  // namespace picklock
