// The exact procedure for locks with several holders while no refusal is judged: semaphore and rw-lock.
//
// Permits come back only from who holds them, so every owner's own operations say what it holds and when: from an
// acquire in [a1, a2] to a release in [r1, r2] it is held on [a2, r1] in every linearization. The choice
// "acquired at a2, released at r1" makes every owner hold the least at every instant at once, so the history is
// linearizable exactly when the cores alone never exceed the permits, and no writer's core meets another. An
// acquire of unknown outcome, whose owner never calls again, may as well never have happened. O(n log n).
//
// Declines refusals, owners that go on after an unknown outcome or hold for no time, and what one owner's own
// operations contradict.
#pragma once

#include "checker/operations.h"
#include "checker/procedures/decision.h"
#include "checker/specifications/specification.h"

namespace picklock {

Decision decide_held_cores(const OperationHistory& history, Places places,
                           const Specification& specification);

}  // namespace picklock
