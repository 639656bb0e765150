#pragma once

#include <string>

#include "checker/operations.h"
#include "reports/check_result.h"

namespace picklock::cli {

// Checks the certificate of a decided result again, with progress; says on the standard error why it proves
// nothing. Interrupted, the result stays unverified.
void verify_certificate(const std::string& file, const OperationHistory& history,
                        CheckResult& result);

}  // namespace picklock::cli
