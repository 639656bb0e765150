// The exact procedure for a resource with fences: it accepts an operation unless a larger token was accepted.
//
// Accepted tokens never decrease, so accepted operations are ordered by token (those with equal tokens in any
// order): each takes effect at p, the latest invocation among itself and every accepted operation with
// a smaller token, at the earliest. The history is linearizable without its refusals exactly when p lies in
// every window. A refusal of token t needs an accepted operation with a larger token at or before its own
// return; taking each at its earliest p serves all refusals at once. O(n log n).
//
// Declines what violates, because the search also says which operations contradict each other; and
// histories with unknown outcomes beside refusals, or in which a process calls again at the instant of its return.
#pragma once

#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"

namespace picklock {

Decision decide_fenced_resource(const OperationHistory& history, Places places, Pace& pace);

}  // namespace picklock
