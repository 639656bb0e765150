// One object of a recorded history.
#pragma once

#include "checker/judgement.h"
#include "checker/operations.h"
#include "checker/procedures/decision.h"
#include "checker/specifications/specification.h"

namespace picklock {

// The operations at `places`, at least one, are one object's, and the specification judges all of them. What
// limits.watch stops is undecided.
Judgement judge_object(const OperationHistory& history, Places places,
                       const Specification& specification, const JudgeLimits& limits);

}  // namespace picklock
