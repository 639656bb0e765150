// The same scenarios and seeds in the simulator and on real servers, side by side.
#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/experiment.h"
#include "cli/real_experiment.h"
#include "cli/scenario_files.h"
#include "reports/comparison.h"
#include "reports/history_json.h"
#include "search/rerun.h"
#include "search/same_run.h"

namespace picklock::cli {
namespace {

struct CompareOptionsOfUser {
  std::vector<std::string> files;
  std::uint64_t repeat = 1;
  std::string seeds;
  std::vector<std::string> set;
  std::string format = "text";
};

std::string event_json(const std::optional<Event>& event, const Subject& subject) {
  std::string text;
  if (event) append_event_json(text, *event, subject);
  return text;
}

class Comparer {
 public:
  Comparer(const LockRegistry& locks, const RealExperimentOptions& options)
      : locks_(locks), options_(options) {
    options_.fixes = false;
  }

  // `trouble` is what kept the real world from going on.
  ComparedScenario compare(const LoadedScenario& loaded, const std::string& file,
                           Diagnostics& trouble) {
    ComparedScenario compared;
    std::optional<std::uint64_t> seed;
    History simulated;
    options_.each_run = [&](std::uint64_t of, const History& history) {
      if (seed != of) simulated = record_run(loaded.scenario, locks_, of).history;
      seed = of;
      const auto difference = difference_between(simulated, history);
      if (!difference) {
        ++compared.same_runs;
      } else if (!compared.parting) {
        compared.parting = {.seed = of,
                            .simulated = event_json(difference->a, *simulated.subject),
                            .real = event_json(difference->b, *history.subject)};
      }
    };
    RealOutcome outcome = carry_out_for_real(loaded, file, locks_, options_);
    trouble = std::move(outcome.trouble);
    compared.real = std::move(outcome.result);
    const std::uint64_t first = compared.real.first_seed;
    const std::uint64_t seeds = compared.real.planned_runs / options_.repeat;
    compared.simulated = carry_out(
        loaded, file, locks_,
        {.first_seed = first, .last_seed = first + seeds - 1, .fixes = false, .shrink = false});
    return compared;
  }

 private:
  const LockRegistry& locks_;
  RealExperimentOptions options_;
};

// As of `picklock real`: what was not run is neither agreement nor disagreement.
Exit exit_of(const ComparisonDocument& document) {
  Exit exit = Exit::met;
  for (const ComparedScenario& scenario : document.scenarios) {
    const bool ran = scenario.real.not_run.empty();
    const Agreement worst = agreement(scenario);
    if (worst == Agreement::differs) return Exit::violation;
    if (worst == Agreement::undecided) exit = Exit::undecided;
    if (!ran && exit == Exit::met) exit = Exit::nothing_ran;
  }
  return exit;
}

void print_scenario(const ComparedScenario& scenario, bool alone) {
  const bool in_full = alone || agreement(scenario) != Agreement::agrees;
  const TerminalStyle style = terminal_style();
  fmt::print("{}", in_full ? comparison_text(scenario, style) : comparison_line(scenario, style));
  std::fflush(stdout);
}

Exit compare_command(const CompareOptionsOfUser& user) {
  Complaints wrong;
  check_format(user.format, wrong);
  if (user.repeat == 0) wrong.emplace_back("--repeat: expected at least 1, got 0");
  const SeedRange seeds = parse_seeds("", user.seeds, wrong);
  const std::vector<Override> overrides = parse_assignments("--set", user.set, wrong);
  for (const std::string& one : wrong) fmt::print(stderr, "picklock compare: {}\n", one);
  const LockRegistry locks = builtin_locks();
  const auto loaded = load_all(user.files, locks, overrides);
  if (!wrong.empty() || !loaded) return Exit::usage;

  listen_for_interrupt();
  const double started = wall_seconds();
  Comparer comparer(locks,
                    {.first_seed = seeds.first, .last_seed = seeds.last, .repeat = user.repeat});
  ComparisonDocument document{.version = PICKLOCK_VERSION};
  Diagnostics trouble;
  for (std::size_t i = 0; i < loaded->size() && !interrupted() && trouble.empty(); ++i) {
    ComparedScenario compared = comparer.compare((*loaded)[i], user.files[i], trouble);
    print(trouble);
    if (interrupted() || !trouble.empty()) break;
    document.scenarios.push_back(std::move(compared));
    if (user.format == "text") print_scenario(document.scenarios.back(), loaded->size() == 1);
  }
  document.interrupted = interrupted();
  document.wall_seconds = wall_seconds() - started;
  fmt::print("{}", user.format == "json" ? comparison_json(document)
                                         : comparison_summary(document, terminal_style()));
  if (!trouble.empty()) return Exit::environment;
  return document.interrupted ? Exit::interrupted : exit_of(document);
}

}  // namespace

void add_compare(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<CompareOptionsOfUser>();
  CLI::App* compare = app.add_subcommand(
      "compare", "Says whether the simulator and real servers agree about scenarios");
  compare->add_option("FILE", user->files, "scenario files")->required();
  compare->add_option("--seeds", user->seeds,
                      "a range of seeds, such as 1-20; else the first alone");
  compare->add_option("--repeat", user->repeat, "real runs of each seed");
  compare->add_option("--set", user->set, "override a value: /json/pointer=value")
      ->allow_extra_args(false);
  compare->add_option("--format", user->format, "text or json");
  compare->footer(
      "Example: picklock compare scenarios/redis_token_pause_past_ttl.json --seeds 1-20");
  compare->callback([user, &exit] { exit = compare_command(*user); });
}

}  // namespace picklock::cli
