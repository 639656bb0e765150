// `picklock throughput --real`: each point of the grid measured on real servers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "cli/grid.h"
#include "cli/measurement.h"
#include "reports/measurement.h"

namespace picklock::cli {

struct RealThroughputPlan {
  const MeasurePlan& plan;
  const std::vector<GridPoint>& points;
  Duration time{};                         // that each point's lock is measured
  std::map<std::string, Duration> delays;  // by server: how much longer a round trip to it takes
  Duration rest{};                         // of each client between its pairs
};

// "redis-5=20ms", several times.
std::map<std::string, Duration> parse_delays(const std::vector<std::string>& texts,
                                             Complaints& wrong);

// What was measured until the end, an interrupt or trouble.
struct RealThroughputOutcome {
  MeasurementDocument document;
  std::vector<std::string> not_run;  // points that cannot be measured, each with the reasons
  Diagnostics trouble;
};

RealThroughputOutcome measure_for_real(const RealThroughputPlan& plan);

}  // namespace picklock::cli
