// The operations of one object, made ready for the search.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "checker/linearizability.h"
#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/specifications/specification.h"

namespace picklock {

// One call that the search has to place. Calls are parallel to the windows.
struct ObjectCall {
  const Operation* operation = nullptr;
  bool is_recorded =
      true;  // its outcome is demanded; else it succeeds, whatever it returns, or never happens
  std::uint32_t owner = 0;         // of a lock: kNobody where nothing of the owner's comes later
  TrueTime wanted_until = kNever;  // of an unknown call: what may need its effect returns by then
};

// All owners that end with an acquire of unknown outcome: whichever of them took the lock keeps it.
inline constexpr std::uint32_t kNobody = ~std::uint32_t{0} - 1;

struct ObjectCalls {
  std::vector<TimedCall> windows;
  std::vector<ObjectCall> calls;
  std::vector<std::uint32_t> indices;  // of the calls' operations among those given
};

// Whether it matters to others that the operation happened, where its outcome is not demanded.
bool may_have_happened(const Operation& operation, const Specification& specification);

// `operations` are one object's, in the order of invocation. `is_kept`, when it is not empty, says which
// of them have to come as recorded; the others may have happened or not. O(n log n).
// Keeps to the pace.
ObjectCalls make_calls(std::span<const Operation> operations, std::span<const std::uint8_t> is_kept,
                       const ValueTable& values, const Specification& specification, Pace& pace);

}  // namespace picklock
