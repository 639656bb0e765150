// What `sweep` and `throughput` have in common: their flags, the running of a grid, and their outputs.
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/progress.h"
#include "reports/measurement.h"
#include "search/sweep.h"

namespace picklock::cli {

struct MeasureOptionsOfUser {
  std::vector<std::string> files;
  std::vector<std::string> vary;
  std::vector<std::string> set;
  std::string seeds;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::string format = "text";
  std::vector<std::string> outputs;
};

// FILE, --vary, --set, --seeds, -j, --format, -o.
void add_measure_options(CLI::App& command, MeasureOptionsOfUser& user);

// What those say, once it has been checked.
struct MeasurePlan {
  SeedRange seeds;
  std::vector<Axis> axes;
  std::vector<Override> overrides;
  std::vector<Output> outputs;
  std::string command;  // without its outputs
};
MeasurePlan parse_measure_options(const std::string& name, const MeasureOptionsOfUser& user,
                                  Complaints& wrong);

// Runs every seed of each point; shows how far it came, over all points.
class GridRunner {
 public:
  // Each point is swept so many times.
  GridRunner(std::string what, const MeasurePlan& plan, unsigned jobs,
             const std::vector<GridPoint>& points, std::uint64_t times);

  // The sweep of one scenario: what all have in common is set, the rest as in `options`.
  SweepResult run(const Scenario& scenario, SweepOptions options);

 private:
  Progress progress_;
  const MeasurePlan& plan_;
  unsigned jobs_;
  std::uint64_t total_ = 0;  // runs
  std::uint64_t done_ = 0;
};

// The point without its figures.
MeasuredPoint point_of(const GridPoint& point, const SweepResult& swept, const MeasurePlan& plan);

// Sorted samples as a rising staircase of at most some 60 steps, denser where few are left: so many millionths were at
// most that long.
std::vector<std::pair<Duration, std::uint32_t>> distribution_of(
    const std::vector<Duration>& sorted);

// Prints the document as the user asked, and writes its outputs.
Exit finish(const MeasureOptionsOfUser& user, const MeasurePlan& plan,
            const MeasurementDocument& document, const std::string& next_command);

}  // namespace picklock::cli
