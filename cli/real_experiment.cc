#include "cli/real_experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/require.h"
#include "cli/assessment.h"
#include "cli/program.h"
#include "cli/progress.h"
#include "cli/violation.h"
#include "real/obstacles.h"
#include "real/real_world.h"
#include "reports/history_json.h"
#include "search/tally.h"

namespace picklock::cli {
namespace {

std::uint64_t first_seed(const Scenario& scenario, const RealExperimentOptions& options) {
  return options.first_seed.value_or(scenario.first_seed);
}

std::uint64_t planned_runs(const RealExperimentOptions& options) {
  const std::uint64_t seeds =
      options.first_seed && options.last_seed ? *options.last_seed - *options.first_seed + 1 : 1;
  return seeds * options.repeat;
}

// All runs of one scenario on one set of servers.
struct RealSweep {
  SweepResult sum;
  std::vector<History> violating;  // by property: the first run that broke it
  Diagnostics trouble;
  std::string not_run;  // what was found on the way that cannot be carried out
};

class Sweeper {
 public:
  Sweeper(const Scenario& scenario, const std::string& name, const RealExperimentOptions& options)
      : scenario_(scenario), name_(name), options_(options) {}

  RealSweep run(const LockRegistry& locks) {
    sweep_.sum.strikes.resize(scenario_.faults.size());
    auto world = RealWorld::create(scenario_, locks,
                                   {.stop = &interrupted(), .user_servers = options_.urls});
    if (!world) {
      sweep_.trouble = world.error();
      return std::move(sweep_);
    }
    Progress progress(name_);
    const std::uint64_t first = first_seed(scenario_, options_);
    const std::uint64_t runs = planned_runs(options_);
    for (std::uint64_t i = 0; i < runs && sweep_.trouble.empty(); ++i) {
      const std::uint64_t seed = first + i / options_.repeat;
      const RealRun run = world.value()->run(seed);
      sweep_.sum.interrupted = interrupted();
      sweep_.not_run = run.not_run;
      if (sweep_.sum.interrupted || !run.not_run.empty()) break;
      keep(run, i);
      if (run.trouble.empty()) add(run, seed);
      sweep_.trouble.insert(sweep_.trouble.end(), run.trouble.begin(), run.trouble.end());
      progress.show(i + 1, runs);
    }
    sweep_.sum.digest = digest_.value();
    if (sweep_.sum.runs > 0) sweep_.sum.strongest_spec = rung(weakest_);
    return std::move(sweep_);
  }

 private:
  void keep(const RealRun& run, std::uint64_t i) {
    if (options_.keep.empty() && run.trouble.empty()) return;
    const std::filesystem::path folder(options_.keep);
    const std::string path = folder / fmt::format("{}.{}.history.jsonl", name_, i + 1);
    const bool kept = run.trouble.empty() ? write_file(path, history_jsonl(run.history))
                                          : keep_up_to_trouble("real", run.history, path);
    if (!kept) sweep_.trouble.push_back({.expected = "expected to keep the history of each run"});
  }

  void add(const RealRun& run, std::uint64_t seed) {
    SweepResult& sum = sweep_.sum;
    ++sum.runs;
    sum.events += run.history.events.size();
    sum.messages += run.messages;
    sum.grants += run.grants;
    sum.simulated_ns += nanoseconds(run.history.end);
    if (!run.history.complete) ++sum.exhausted;
    for (std::size_t i = 0; i < run.strikes.size(); ++i) sum.strikes[i] += run.strikes[i];
    digest_.add(digest_of(run.history));
    if (options_.each_run) options_.each_run(seed, run.history);
    timeline_.assign(run.history);
    tally(timeline_, seed, options_.limits, sum, weakest_);
    sweep_.violating.resize(sum.properties.size());
    for (std::size_t i = 0; i < sum.properties.size(); ++i) {
      if (sum.properties[i].first_seed == seed) sweep_.violating[i] = run.history;
    }
  }

  const Scenario& scenario_;
  const std::string& name_;
  const RealExperimentOptions& options_;
  RealSweep sweep_;
  Timeline timeline_;
  Digest digest_;
  std::size_t weakest_ = 0;
};

RunPicture picture_of(const PropertyResult& property, std::size_t place, const RealSweep& swept,
                      const LoadedScenario& loaded, const Limits& limits) {
  const History& history = swept.violating[place];
  RunPicture picture =
      as_recorded(loaded, {history, digest_of(history), {}}, property.name, limits);
  picture.seed = *property.first_seed;
  return picture;
}

void draw(ScenarioResult& result, const RealSweep& swept, const LoadedScenario& loaded,
          const Limits& limits) {
  const PropertyResult* const best = to_draw(result.properties);
  for (std::size_t i = 0; i < result.properties.size(); ++i) {
    const PropertyResult& property = result.properties[i];
    if (property.status != Status::violated) continue;
    result.violations.push_back(picture_of(property, i, swept, loaded, limits));
    if (&property == best) result.first_violation = result.violations.back();
  }
}

std::optional<FixResult> try_fix(const LoadedScenario& loaded, const Fix& fix,
                                 const LockRegistry& locks, const RealExperimentOptions& options,
                                 RealOutcome& outcome) {
  const Result<LoadedScenario> fixed = apply_fix(loaded, fix, vocabulary_of(locks));
  require(fixed.has_value(), "a fix that was loaded applies");
  if (const auto why = obstacles(fixed->scenario, options.urls.size()); !why.empty()) {
    outcome.untried.push_back(fmt::format("{}: {}", fix.name, fmt::join(why, "; ")));
    return std::nullopt;
  }
  const std::string name = loaded.scenario.name + "." + fix.name;
  const RealSweep swept = Sweeper(fixed->scenario, name, options).run(locks);
  outcome.trouble = swept.trouble;
  if (!swept.not_run.empty()) {
    outcome.untried.push_back(fmt::format("{}: {}", fix.name, swept.not_run));
    return std::nullopt;
  }
  FixResult result{.name = fix.name, .about = fix.about, .runs = swept.sum.runs};
  if (swept.sum.runs == 0) return std::nullopt;
  for (PropertyResult& property : property_results(fixed->scenario, swept.sum)) {
    if (!fix.expect.contains(property.name)) continue;
    if (!property.met) result.met = false;
    result.properties.push_back(std::move(property));
  }
  return result;
}

}  // namespace

bool keep_up_to_trouble(std::string_view command, const History& history, const std::string& path) {
  if (history.subject == nullptr || !write_file(path, history_jsonl(history))) return false;
  fmt::print(stderr, "picklock {}: the history up to here is in {}\n", command, path);
  return true;
}

RealOutcome carry_out_for_real(const LoadedScenario& loaded, const std::string& file,
                               const LockRegistry& locks, const RealExperimentOptions& options) {
  const Scenario& scenario = loaded.scenario;
  const double started = wall_seconds();
  RealOutcome outcome;
  ScenarioResult& result = outcome.result;
  result.name = scenario.name;
  result.file = file;
  result.about = scenario.about;
  result.pitfall = scenario.pitfall;
  result.lock = scenario.lock.algorithm;
  result.world = "real";
  result.first_seed = first_seed(scenario, options);
  result.planned_runs = planned_runs(options);
  result.not_run = obstacles(scenario, options.urls.size());
  result.expectation_met = false;
  if (!result.not_run.empty()) return outcome;

  const RealSweep swept = Sweeper(scenario, scenario.name, options).run(locks);
  outcome.trouble = swept.trouble;
  if (!swept.not_run.empty()) {
    result.not_run.push_back(swept.not_run);
    return outcome;
  }
  result.runs = swept.sum.runs;
  result.interrupted = swept.sum.interrupted;
  result.digest = hex_digest(swept.sum.digest);
  result.strongest_spec = swept.sum.strongest_spec;
  result.events = swept.sum.events;
  result.messages = swept.sum.messages;
  result.grants = swept.sum.grants;
  result.simulated_ns = swept.sum.simulated_ns;
  if (swept.sum.runs > 0) {
    result.properties = property_results(scenario, swept.sum);
    if (!result.interrupted) result.problems = problems_of(scenario, swept.sum);
    draw(result, swept, loaded, options.limits);
    for (const Fix& fix : scenario.fixes) {
      if (!options.fixes || interrupted() || !outcome.trouble.empty()) break;
      auto tried = try_fix(loaded, fix, locks, options, outcome);
      if (tried) result.fixes.push_back(std::move(*tried));
    }
    const auto met = [](const auto& part) { return part.met; };
    result.expectation_met = result.problems.empty() &&
                             std::all_of(result.properties.begin(), result.properties.end(), met) &&
                             std::all_of(result.fixes.begin(), result.fixes.end(), met);
  }
  result.wall_seconds = wall_seconds() - started;
  return outcome;
}

}  // namespace picklock::cli
