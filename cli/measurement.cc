#include "cli/measurement.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "reports/markdown.h"
#include "reports/page.h"
#include "search/performance.h"

namespace picklock::cli {
namespace {

const std::vector<std::string> kMeasurementOutputs{"json", "csv", "html", "markdown"};

std::string content(const std::string& kind, const MeasurementDocument& document) {
  if (kind == "json") return measurement_json(document);
  if (kind == "csv") return table_csv(measurement_table(document));
  if (kind == "markdown") return markdown_report(document);
  Page page{.version = document.version, .command = document.command};
  page.results.interrupted = document.interrupted;
  page.measurements.push_back(document);
  return html_page(page);
}

std::uint64_t runs_of(const Scenario& scenario, const SeedRange& seeds) {
  return seeds.last.value_or(scenario.last_seed) - seeds.first.value_or(scenario.first_seed) + 1;
}

}  // namespace

void add_measure_options(CLI::App& command, MeasureOptionsOfUser& user) {
  command.add_option("FILE", user.files, "scenario files")->required();
  command
      .add_option("--vary", user.vary,
                  "/json/pointer=v1,v2,...: a point for each value; several make a grid")
      ->allow_extra_args(false);
  command.add_option("--set", user.set, "override a value: /json/pointer=value")
      ->allow_extra_args(false);
  command.add_option("--seeds", user.seeds, "a range of seeds, such as 1-1000");
  command.add_option("-j,--jobs", user.jobs, "threads; the results are the same for any number");
  command.add_option("--format", user.format, "text or json");
  command
      .add_option("-o,--output", user.outputs, "also write KIND=FILE: json, csv, html or markdown")
      ->allow_extra_args(false);
}

MeasurePlan parse_measure_options(const std::string& name, const MeasureOptionsOfUser& user,
                                  Complaints& wrong) {
  MeasurePlan plan{.seeds = parse_seeds("", user.seeds, wrong),
                   .axes = parse_axes(user.vary, wrong),
                   .overrides = parse_assignments("--set", user.set, wrong),
                   .outputs = parse_outputs(user.outputs, kMeasurementOutputs, wrong),
                   .command = "picklock " + name};
  check_format(user.format, wrong);
  for (const std::string& file : user.files) plan.command += " " + shell_word(file);
  for (const std::string& one : user.vary) plan.command += " --vary " + shell_word(one);
  for (const std::string& one : user.set) plan.command += " --set " + shell_word(one);
  if (!user.seeds.empty()) plan.command += " --seeds " + user.seeds;
  return plan;
}

GridRunner::GridRunner(std::string what, const MeasurePlan& plan, unsigned jobs,
                       const std::vector<GridPoint>& points, std::uint64_t times)
    : progress_(std::move(what)), plan_(plan), jobs_(jobs) {
  for (const GridPoint& point : points) {
    total_ += times * runs_of(point.loaded.scenario, plan.seeds);
  }
}

SweepResult GridRunner::run(const Scenario& scenario, SweepOptions options) {
  options.first_seed = plan_.seeds.first.value_or(scenario.first_seed);
  options.last_seed = plan_.seeds.last.value_or(scenario.last_seed);
  options.jobs = std::max(1U, jobs_);
  options.stop = &interrupted();
  options.progress = [&](std::uint64_t done) { progress_.show(done_ + done, total_); };
  SweepResult swept = sweep(scenario, builtin_locks(), options);
  done_ += swept.runs;
  return swept;
}

MeasuredPoint point_of(const GridPoint& point, const SweepResult& swept, const MeasurePlan& plan) {
  const Scenario& scenario = point.loaded.scenario;
  return {.scenario = scenario.name,
          .file = point.file,
          .lock = scenario.lock.algorithm,
          .settings = point.settings,
          .first_seed = plan.seeds.first.value_or(scenario.first_seed),
          .runs = swept.runs,
          .planned_runs = runs_of(scenario, plan.seeds),
          .digest = hex_digest(swept.digest),
          .asked = swept.performance.asked,
          .granted = swept.performance.granted};
}

std::vector<std::pair<Duration, std::uint32_t>> distribution_of(
    const std::vector<Duration>& sorted) {
  std::vector<std::pair<Duration, std::uint32_t>> steps;
  const auto add = [&](std::uint64_t millionths) {
    const Duration at_most = quantile(sorted, static_cast<std::uint32_t>(millionths));
    const auto count =
        static_cast<std::uint64_t>(std::ranges::upper_bound(sorted, at_most) - sorted.begin());
    const auto share = static_cast<std::uint32_t>(count * 1'000'000 / sorted.size());
    if (steps.empty() || steps.back().first != at_most) steps.emplace_back(at_most, share);
  };
  if (sorted.empty()) return steps;
  for (std::uint64_t percent = 0; percent < 100; percent += 2) add(percent * 10'000);
  for (const unsigned tail : {990'000U, 995'000U, 998'000U, 999'000U, 1'000'000U}) add(tail);
  return steps;
}

Exit finish(const MeasureOptionsOfUser& user, const MeasurePlan& plan,
            const MeasurementDocument& document, const std::string& next_command) {
  if (user.format == "json") {
    fmt::print("{}", measurement_json(document));
  } else {
    fmt::print("{}", measurement_text(document, next_command, terminal_style()));
  }
  bool written = true;
  for (const Output& output : plan.outputs) {
    written &= write_file(output.path, content(output.kind, document));
  }
  if (!written) return Exit::environment;
  if (document.interrupted) return Exit::interrupted;
  return document.points.empty() ? Exit::nothing_ran : Exit::met;
}

}  // namespace picklock::cli
