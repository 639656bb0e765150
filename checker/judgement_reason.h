// Why a history is violated, in one sentence.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "checker/judgement.h"
#include "checker/operations.h"

namespace picklock {

// "12" where times are positions, else "12.5ms".
std::string time_text(const OperationHistory& history, TrueTime at);
// "B", "process 3": on whose behalf.
std::string owner_in_words(const OperationHistory& history, const Operation& operation);
// "B's acquire", "3's write of 5".
std::string describe(const OperationHistory& history, const Operation& operation);
std::string reason_of(const OperationHistory& history, const Judgement& violated);

}  // namespace picklock
