// What happened in a violating run, why, from when on it could not be avoided, and what would have helped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "checker/verdict.h"
#include "reports/canvas.h"
#include "reports/result.h"
#include "reports/table.h"

namespace picklock {

struct Explanation {
  struct Step {
    TrueTime at{};
    std::string text;
    bool is_wrong = false;  // data was damaged, or a lock taken away
    std::uint64_t futures = 0;
    std::uint64_t violated = 0;  // of the futures that begin with this step
  };
  struct Trial {
    std::string fix;  // empty: the plan as it is
    std::string about;
    Status on_schedule = Status::holds;
    std::uint64_t grants = 0;  // of the lock in that run
    std::uint64_t runs = 0;    // with the faults aimed anew, that took effect
    std::uint64_t violated = 0;
  };
  RunPicture run;
  std::string property_id;  // "S4"
  std::string pitfall;      // "P14", or "" when no rule knows it
  std::string cause;        // its name
  std::string moral;
  std::vector<Step> steps;  // at most 12
  std::vector<Trial> trials;
};

// The first step from which on all futures, of it and of each later step, break the property; steps.size() when
// there is none.
std::size_t point_of_no_return(const Explanation& explanation);

// Each change against this schedule, and against its faults aimed anew.
Table trial_table(const Explanation& explanation);

std::string explanation_text(const Explanation& explanation, const TerminalStyle& style);

// Schema "picklock-explanation-1".
std::string explanation_json(const Explanation& explanation, const std::string& version);

}  // namespace picklock
