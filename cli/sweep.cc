#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>

#include "cli/assessment.h"
#include "cli/experiment.h"
#include "cli/measurement.h"

namespace picklock::cli {
namespace {

// A point is asked how often, not whether: what the scenario expects of its own values says nothing about others.
std::vector<PropertyResult> verdicts(const Scenario& scenario, const SweepResult& swept) {
  std::vector<PropertyResult> results = property_results(scenario, swept);
  for (PropertyResult& result : results) {
    result.expected.clear();
    result.met = true;
  }
  return results;
}

// One of the violations, to see how it comes about.
std::string next_command(const MeasurementDocument& document, const MeasurePlan& plan) {
  for (const MeasuredPoint& point : document.points) {
    const auto violated =
        std::ranges::find(point.properties, Status::violated, &PropertyResult::status);
    if (violated == point.properties.end()) continue;
    std::string command = "picklock run " + shell_word(point.file);
    for (const auto& [pointer, value] : plan.overrides) {
      command += " --set " + shell_word(fmt::format("{}={}", pointer, value));
    }
    for (std::size_t i = 0; i < plan.axes.size(); ++i) {
      command +=
          " --set " + shell_word(fmt::format("{}={}", plan.axes[i].pointer, point.settings[i]));
    }
    return fmt::format("{} --seed {}", command, *violated->first_seed);
  }
  return "";
}

Exit sweep_command(const MeasureOptionsOfUser& user) {
  Complaints wrong;
  const MeasurePlan plan = parse_measure_options("sweep", user, wrong);
  for (const std::string& one : wrong) fmt::print(stderr, "picklock sweep: {}\n", one);
  if (!wrong.empty()) return Exit::usage;
  const auto grid =
      load_grid(user.files, plan.axes, plan.overrides, vocabulary_of(builtin_locks()));
  if (!grid) return Exit::usage;

  listen_for_interrupt();
  const double started = wall_seconds();
  MeasurementDocument document{.kind = MeasurementKind::sweep,
                               .version = PICKLOCK_VERSION,
                               .command = plan.command,
                               .jobs = user.jobs};
  for (const Axis& axis : plan.axes) document.axes.push_back(axis.pointer);
  {
    GridRunner runner("sweep", plan, user.jobs, *grid, 1);
    for (const GridPoint& point : *grid) {
      if (interrupted()) break;
      const SweepResult swept = runner.run(point.loaded.scenario, {.measure = true});
      if (swept.runs == 0) break;
      MeasuredPoint& measured = document.points.emplace_back(point_of(point, swept, plan));
      measured.properties = verdicts(point.loaded.scenario, swept);
    }
  }
  document.interrupted = interrupted();
  document.wall_seconds = wall_seconds() - started;
  return finish(user, plan, document, next_command(document, plan));
}

}  // namespace

void add_sweep(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<MeasureOptionsOfUser>();
  CLI::App* sweep = app.add_subcommand(
      "sweep", "Runs scenarios with other values, and says how often each point breaks");
  add_measure_options(*sweep, *user);
  sweep->footer(
      "Example: picklock sweep scenarios/redis_token_pause_past_ttl.json --vary "
      "/lock/ttl=5s,10s,14s,20s");
  sweep->callback([user, &exit] { exit = sweep_command(*user); });
}

}  // namespace picklock::cli
