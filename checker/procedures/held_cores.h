// The exact procedure for locks with several holders: rw-lock, and semaphore while no refused acquire is judged.
//
// Permits come back only from who holds them, so every owner's own operations say what it holds and when: from an
// acquire in [a1, a2] to a release in [r1, r2] it is held on [a2, r1] in every linearization. The choice
// "acquired at a2, released at r1" makes every owner hold the least at every instant at once, so the history is
// linearizable exactly when the cores alone never exceed the permits, and no writer's core meets another. An
// acquire of unknown outcome, whose owner never calls again, may as well never have happened. A refused
// release is a matter of its owner alone; for refused acquires of a read-write lock see rw_refusals.h. O(n log n),
// and as much again for each of a few cuts where a refusal is wrong.
//
// Declines refused acquires of a semaphore (which holds to lengthen to fill it is a choice; with weights it solves
// SUBSET SUM), owners that go on after an unknown outcome, and holds of no length.
#pragma once

#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"
#include "checker/specifications/specification.h"

namespace picklock {

Decision decide_held_cores(const OperationHistory& history, Places places,
                           const Specification& specification, Pace& pace);

}  // namespace picklock
