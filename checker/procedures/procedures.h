// The exact procedures by specification.
#pragma once

#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"
#include "checker/specifications/specification.h"

namespace picklock {

// Declined where the specification has no procedure, or the history lies outside of what it is exact for. All
// procedures keep to the pace.
Decision decide(const OperationHistory& history, Places places, const Specification& specification,
                Pace& pace);

}  // namespace picklock
