#include "cli/experiment.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "cli/assessment.h"
#include "cli/progress.h"
#include "cli/violation.h"
#include "search/rerun.h"
#include "search/swarm.h"

namespace picklock::cli {
namespace {

SweepOptions sweep_options(const Scenario& scenario, const ExperimentOptions& options) {
  SweepOptions sweep;
  sweep.first_seed = options.first_seed.value_or(scenario.first_seed);
  sweep.last_seed = options.last_seed.value_or(scenario.last_seed);
  sweep.jobs = options.jobs;
  sweep.judge = options.judge;
  sweep.limits.search_steps = options.search_steps;
  sweep.stop = &interrupted();
  return sweep;
}

// The first run that violated a property, made small unless the user does not want that.
RunPicture picture_of(const PropertyResult& property, const LoadedScenario& loaded,
                      const LockRegistry& locks, const ExperimentOptions& options,
                      const Limits& limits) {
  const LoadedScenario plan = drawn(loaded, locks, *property.first_seed);
  Recording recording = record_run(plan.scenario, locks, *property.first_seed);
  RunPicture picture = options.shrink
                           ? smallest(plan, recording.choices, property.name, locks, limits)
                           : as_recorded(plan, std::move(recording), property.name, limits);
  picture.seed = *property.first_seed;
  return picture;
}

void draw(ScenarioResult& result, const LoadedScenario& loaded, const LockRegistry& locks,
          const ExperimentOptions& options, const Limits& limits) {
  const PropertyResult* best = to_draw(result.properties);
  if (best == nullptr) return;
  result.first_violation = picture_of(*best, loaded, locks, options, limits);
  if (!options.every_violation) return;
  for (const PropertyResult& property : result.properties) {
    if (property.status != Status::violated) continue;
    result.violations.push_back(&property == best
                                    ? *result.first_violation
                                    : picture_of(property, loaded, locks, options, limits));
  }
}

FixResult try_fix(const LoadedScenario& loaded, const Fix& fix, const LockRegistry& locks,
                  const ExperimentOptions& options) {
  FixResult result{.name = fix.name, .about = fix.about};
  const Result<LoadedScenario> fixed = apply_fix(loaded, fix, vocabulary_of(locks));
  require(fixed.has_value(), "a fix that was loaded applies");
  const SweepResult swept = sweep(fixed->scenario, locks, sweep_options(fixed->scenario, options));
  result.runs = swept.runs;
  // A fix answers for what it names; the scenario's other expectations were its own.
  for (PropertyResult& property : property_results(fixed->scenario, swept)) {
    if (!fix.expect.contains(property.name)) continue;
    if (!property.met) result.met = false;
    result.properties.push_back(std::move(property));
  }
  return result;
}

}  // namespace

ScenarioResult carry_out(const LoadedScenario& loaded, const std::string& file,
                         const LockRegistry& locks, const ExperimentOptions& options) {
  const Scenario& scenario = loaded.scenario;
  SweepOptions plan = sweep_options(scenario, options);
  const double started = wall_seconds();
  ScenarioResult result;
  result.name = scenario.name;
  result.file = file;
  result.about = scenario.about;
  result.pitfall = scenario.pitfall;
  result.lock = scenario.lock.algorithm;
  result.first_seed = plan.first_seed;
  result.planned_runs = plan.last_seed - plan.first_seed + 1;

  Progress progress(scenario.name);
  plan.progress = [&](std::uint64_t done) { progress.show(done, result.planned_runs); };
  const SweepResult swept = sweep(scenario, locks, plan);
  result.runs = swept.runs;
  result.interrupted = swept.interrupted;
  result.digest = hex_digest(swept.digest);
  result.strongest_spec = swept.strongest_spec;
  result.events = swept.events;
  result.messages = swept.messages;
  result.grants = swept.grants;
  result.simulated_ns = swept.simulated_ns;
  if (options.judge && swept.runs > 0) {
    result.properties = property_results(scenario, swept);
    if (!swept.interrupted) result.problems = problems_of(scenario, swept);
    draw(result, loaded, locks, options, plan.limits);
    for (const Fix& fix : scenario.fixes) {
      if (!options.fixes || interrupted()) break;
      result.fixes.push_back(try_fix(loaded, fix, locks, options));
    }
  }
  const auto met = [](const auto& part) { return part.met; };
  result.expectation_met = result.problems.empty() &&
                           std::all_of(result.properties.begin(), result.properties.end(), met) &&
                           std::all_of(result.fixes.begin(), result.fixes.end(), met);
  result.wall_seconds = wall_seconds() - started;
  return result;
}

Exit exit_code(const std::vector<ScenarioResult>& results) {
  Exit code = Exit::met;
  for (const ScenarioResult& result : results) {
    if (result.interrupted) return Exit::interrupted;
    if (result.expectation_met) continue;
    // Undecided is weaker news than a violation: it only counts when nothing else is wrong.
    const auto wrong = [](const PropertyResult& property) {
      return !property.met && property.undecided_runs == 0;
    };
    const auto fix_wrong = [&](const FixResult& fix) {
      return !fix.met && std::any_of(fix.properties.begin(), fix.properties.end(), wrong);
    };
    const bool violation = !result.problems.empty() ||
                           std::any_of(result.properties.begin(), result.properties.end(), wrong) ||
                           std::any_of(result.fixes.begin(), result.fixes.end(), fix_wrong);
    if (violation) return Exit::violation;
    code = Exit::undecided;
  }
  return code;
}

}  // namespace picklock::cli
