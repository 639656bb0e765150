#pragma once

#include <string>

#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock {

// What an operation says of the object by its outcome, as something that cannot have been: "the lock
// cannot have been free", "the register cannot have been 3".
std::string impossible_state(const OperationHistory& history, const Specification& specification,
                             const Operation& operation);

}  // namespace picklock
