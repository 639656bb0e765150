#pragma once

#include <string>

#include "checker/judgement.h"
#include "reports/check_json.h"

namespace picklock::cli {

// What the user asked for that decides what to type next.
struct CheckChoices {
  JudgeLimits limits;
  bool refusals_named = false;
  bool skip_malformed = false;
  bool verify = false;
};

// The next command that the reader of these results would type; empty when there is none.
std::string next_check_command(const CheckDocument& document, const CheckChoices& chosen);

}  // namespace picklock::cli
