// The judging of one file's history, or of a part of it: with progress, until it is interrupted.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "checker/formats/history_reader.h"
#include "checker/judgement.h"
#include "checker/operations.h"
#include "checker/specifications/specification.h"
#include "reports/check_result.h"

namespace picklock::cli {

// Undecided where lines could not be read, unless they are skipped.
Judgement judge_whole(const std::string& file, const OperationHistory& history,
                      const Specification& specification, JudgeLimits limits, bool skip_malformed);

// The same without keeping the history; checker/one_pass.h says of which.
Result<CheckResult> check_in_one_pass(const std::string& file, std::string_view text,
                                      const Specification& specification,
                                      const ReadOptions& options, bool skip_malformed);

}  // namespace picklock::cli
