// A scenario file carried out: swept, judged, compared with what it expects, its fixes tried.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/program.h"
#include "reports/result.h"
#include "scenarios/loader.h"
#include "search/sweep.h"

namespace picklock::cli {

struct ExperimentOptions {
  std::optional<std::uint64_t> first_seed;  // instead of the scenario's own
  std::optional<std::uint64_t> last_seed;
  unsigned jobs = 1;
  bool judge = true;
  bool fixes = true;
  bool shrink = true;            // the violation that is drawn
  bool every_violation = false;  // a run of each violated property, not of the one to draw alone
  std::uint64_t search_steps = Limits{}.search_steps;
};

ScenarioResult carry_out(const LoadedScenario& loaded, const std::string& file,
                         const LockRegistry& locks, const ExperimentOptions& options);

// What the results come to as an exit code.
Exit exit_code(const std::vector<ScenarioResult>& results);

}  // namespace picklock::cli
