// A scenario file carried out on real servers: run, judged, compared with what it expects, its fixes tried.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "checker/history.h"
#include "checker/verdict.h"
#include "real/redis_address.h"
#include "reports/result.h"
#include "scenarios/loader.h"
#include "search/sweep.h"

namespace picklock::cli {

struct RealExperimentOptions {
  std::optional<std::uint64_t> first_seed;  // the scenario's own when left out
  std::optional<std::uint64_t> last_seed;   // included; the first when both are left out
  std::uint64_t repeat = 1;                 // runs of each seed
  bool fixes = true;
  std::string keep;                // a directory for the history of every run; empty: none is kept
  std::vector<RedisAddress> urls;  // servers of the user's own; empty: ours
  Limits limits;
  // Called with each run, if not empty.
  std::function<void(std::uint64_t seed, const History& history)> each_run;
};

// A result, and what stopped it: then the history up to there was kept, and the result is of the runs
// before.
struct RealOutcome {
  ScenarioResult result;
  Diagnostics trouble;
  std::vector<std::string> untried;  // fixes that cannot be carried out here, each with the reasons
};

// Writes what happened before the trouble, and says where. False: nothing did, or it cannot be written.
bool keep_up_to_trouble(std::string_view command, const History& history, const std::string& path);

RealOutcome carry_out_for_real(const LoadedScenario& loaded, const std::string& file,
                               const LockRegistry& locks, const RealExperimentOptions& options);

}  // namespace picklock::cli
