// Which operations leave a refusal of a read-write lock without an explanation, none of them for nothing.
//
// Some operations are kept: they happened as recorded. Every other one that was not refused may have happened in its
// window or not. The refused acquire needs one hold that excludes it, at an instant t of its window: a
// writer's, or anybody's if it would write, or its own owner's. Such a hold goes from an acquire x in [x1, x2] to
// a later release y in [y1, y2] of the same owner, or for ever, where the owner's operations between them, or
// all after x, are not kept. It lasts from min(t, x2) at the latest to max(t, y1) at the earliest, so of all t within
// reach the nearest to [x2, y1] disturbs others least.
//
//   Everything else can be as short as possible: a kept acquire's hold ends with the owner's next release, a kept
//   release's begins with the acquire before it, and that makes every core a subset of what it is in any
//   other explanation. So the kept operations leave the refusal unexplained exactly when each such hold meets the
//   core of somebody else that it excludes.
//   A kept release may have ended a shared hold where only an acquire that is not kept says that it was exclusive. It is
//   in nobody's way until it is known that it cannot have been: certain answers are given, others are not.
//   Of one owner's acquires of one kind, one that returned by the beginning of the window makes the earlier
//   ones pointless: they hold longer, to the same end.
//
// One question costs O(k log k) for k operations kept, and O(log k) for each owner and for each operation during
// the window. The answer is of one refusal; several that only together are too many are left to the search.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"

namespace picklock {

// The fewest operations that violate with the refusal of a `refusal` certificate, and the refusal itself, in the
// order of invocation. Nothing where an owner's operations do not alternate, or the answer hangs on the order
// of operations at one instant. Declined histories must not be asked about.
std::optional<std::vector<std::uint32_t>> minimal_refusal(const OperationHistory& history,
                                                          Places places, const Decision& violation,
                                                          Pace& pace);

}  // namespace picklock
