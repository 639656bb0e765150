// The exact procedure for leases while no refusal is judged: a hold may end by itself, at any time or not before
// its ttl.
//
// Where the operations of each owner follow one another, its holds are known: from an acquire in [a1, a2] to its
// release, or to its last renewal, each in a window [n1, n2], or with nothing that shows it still held.
//
//   Released in [r1, r2]. Held from the acquire to the release, whatever the ttl: the core [a2, r1]. Acquiring at a2
//   and releasing at r1 shrinks it to its core, and shrinking keeps holds apart.
//   A lease that may end at any time. Renewed: the core is [a2, n1] of the last renewal. Otherwise the hold is one
//   instant of [a1, a2], and finds a place unless the window lies inside of one foreign core: cores that
//   are apart leave an instant between them.
//   A lease of at least ttl. Renewed: held until n1 + ttl at least, the core [a2, n1 + ttl]. Otherwise it slides:
//   [A, A + ttl] for an A of [a1, a2]. While a2 < a1 + ttl, every choice of A contains the compulsory part [a2, a1 + ttl].
//   So all holds have an instant in common with all their choices, in that order they come, and each
//   is acquired as early as it can be, at max(a1, end of the one before): the history is linearizable exactly
//   when that is never later than a2 (what is earliest for one is best for all after it). Without
//   compulsory parts this is sequencing within intervals, and strongly NP-complete (Garey and Johnson 1979, SS1).
//   A release of unknown outcome may end the hold from its invocation on; an acquire of unknown outcome,
//   whose owner never calls again, may as well never have happened.
//
// The shortest cut that violates is found by judging cuts: O(n log n) each, few of them, as the first hold for
// which there is no room is known. Declines refusals, owners that go on after an unknown outcome, holds
// without a compulsory part, and cores of no length.
#pragma once

#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"
#include "checker/specifications/specification.h"

namespace picklock {

Decision decide_lease(const OperationHistory& history, Places places,
                      const Specification& specification, Pace& pace);

}  // namespace picklock
