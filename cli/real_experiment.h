// A scenario file carried out on real servers: run, judged, compared with what it expects, its fixes tried.
#pragma once

#include <cstdint>
#include <string>

#include "base/diagnostic.h"
#include "checker/verdict.h"
#include "reports/result.h"
#include "scenarios/loader.h"
#include "search/sweep.h"

namespace picklock::cli {

struct RealExperimentOptions {
  std::uint64_t repeat = 1;
  bool fixes = true;
  std::string keep;  // a directory for the history of every run; empty: none is kept
  Limits limits;
};

// A result, and what stopped it: then the history up to there was kept, and the result is of the runs
// before.
struct RealOutcome {
  ScenarioResult result;
  Diagnostics trouble;
  std::vector<std::string> untried;  // fixes that cannot be carried out here, each with the reasons
};

RealOutcome carry_out_for_real(const LoadedScenario& loaded, const std::string& file,
                               const LockRegistry& locks, const RealExperimentOptions& options);

}  // namespace picklock::cli
