// One scenario in the simulator and on real servers, with the same seeds: do the two agree?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/result.h"
#include "reports/terminal.h"

namespace picklock {

// The first real run that is not event by event the simulated one, and where they part: events as in a history
// file, "" for none.
struct PartingOfRuns {
  std::uint64_t seed = 0;
  std::string simulated;
  std::string real;
};

struct ComparedScenario {
  ScenarioResult simulated;
  ScenarioResult real;          // its `not_run` says why there is nothing to compare
  std::uint64_t same_runs = 0;  // real runs with the very events of the simulated run of their seed
  std::optional<PartingOfRuns> parting;
};

struct ComparisonDocument {
  std::string version;  // of picklock
  std::vector<ComparedScenario> scenarios;
  bool interrupted = false;
  double wall_seconds = 0;
};

enum class Agreement : std::uint8_t {
  agrees,     // the same verdict in both worlds, or nothing to judge in both
  differs,    // another one
  undecided,  // in one world, and not in the other
};
std::string_view to_string(Agreement agreement);

Agreement agreement(const PropertyResult& simulated, const PropertyResult& real);
// Of all properties: the worst.
Agreement agreement(const ComparedScenario& scenario);

// Every property that there was something to judge about.
std::string comparison_text(const ComparedScenario& scenario, const TerminalStyle& style);
// One line.
std::string comparison_line(const ComparedScenario& scenario, const TerminalStyle& style);
std::string comparison_summary(const ComparisonDocument& document, const TerminalStyle& style);
// Schema "picklock-compare-1", docs/output.md.
std::string comparison_json(const ComparisonDocument& document);

}  // namespace picklock
