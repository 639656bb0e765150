#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/experiment.h"
#include "cli/real_experiment.h"
#include "cli/scenario_files.h"
#include "reports/json.h"
#include "reports/terminal.h"

namespace picklock::cli {
namespace {

struct RealOptionsOfUser {
  std::vector<std::string> files;
  std::uint64_t repeat = 1;
  std::string seeds;
  std::vector<std::string> set;
  std::string keep;
  std::string url;
  std::string format = "text";
  bool no_fixes = false;
};

void print_result(const ScenarioResult& result, bool alone) {
  const TerminalStyle style = terminal_style();
  if (!result.not_run.empty()) {
    fmt::print("{} {}  not run\n", vacuous_symbol(style), result.name);
    for (const std::string& why : result.not_run) fmt::print("  {}\n", why);
  } else if (result.runs > 0) {
    const bool in_full = alone || !result.expectation_met;
    fmt::print("{}", in_full ? scenario_text(result, style) : scenario_line(result, style));
  }
  std::fflush(stdout);
}

// A scenario that was not run met nothing, and nothing was found wrong about it.
Exit exit_of(const std::vector<ScenarioResult>& results) {
  std::vector<ScenarioResult> carried_out;
  for (const ScenarioResult& result : results) {
    if (result.not_run.empty()) carried_out.push_back(result);
  }
  const Exit exit = exit_code(carried_out);
  const bool all_ran = carried_out.size() == results.size();
  return exit == Exit::met && !all_ran ? Exit::nothing_ran : exit;
}

Exit real_command(const RealOptionsOfUser& user) {
  Complaints wrong;
  check_format(user.format, wrong);
  if (user.repeat == 0) wrong.emplace_back("--repeat: expected at least 1, got 0");
  const SeedRange seeds = parse_seeds("", user.seeds, wrong);
  const std::vector<Override> overrides = parse_assignments("--set", user.set, wrong);
  std::vector<RedisAddress> urls;
  if (!user.url.empty()) {
    Result<std::vector<RedisAddress>> parsed = parse_redis_urls(user.url);
    if (parsed) {
      urls = std::move(parsed).value();
    } else {
      wrong.push_back("--url: " + parsed.error().front().expected);
    }
  }
  for (const std::string& one : wrong) fmt::print(stderr, "picklock real: {}\n", one);

  const LockRegistry locks = builtin_locks();
  const auto files = load_all(user.files, locks, overrides);
  if (!wrong.empty() || !files) return Exit::usage;
  const std::vector<LoadedScenario>& loaded = *files;

  listen_for_interrupt();
  const double started = wall_seconds();
  const RealExperimentOptions options{.first_seed = seeds.first,
                                      .last_seed = seeds.last,
                                      .repeat = user.repeat,
                                      .fixes = !user.no_fixes,
                                      .keep = user.keep,
                                      .urls = std::move(urls),
                                      .limits = {}};
  ResultDocument document{.version = PICKLOCK_VERSION, .jobs = 1};
  bool in_trouble = false;
  for (std::size_t i = 0; i < loaded.size() && !interrupted() && !in_trouble; ++i) {
    RealOutcome outcome = carry_out_for_real(loaded[i], user.files[i], locks, options);
    print(outcome.trouble);
    for (const std::string& fix : outcome.untried) {
      fmt::print(stderr, "picklock real: {}: the fix {}, so it was not tried\n",
                 loaded[i].scenario.name, fix);
    }
    in_trouble = !outcome.trouble.empty();
    document.results.push_back(std::move(outcome.result));
    if (user.format == "text") print_result(document.results.back(), loaded.size() == 1);
  }
  document.interrupted = interrupted();
  document.wall_seconds = wall_seconds() - started;
  if (user.format == "json") {
    fmt::print("{}", result_json(document));
  } else {
    fmt::print("{}", summary_text(document, "", terminal_style()));
  }
  if (in_trouble) return Exit::environment;
  return document.interrupted ? Exit::interrupted : exit_of(document.results);
}

}  // namespace

void add_real(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<RealOptionsOfUser>();
  CLI::App* real =
      app.add_subcommand("real", "Carries scenarios out with real servers and real processes");
  real->add_option("FILE", user->files, "scenario files")->required();
  real->add_option("--seeds", user->seeds, "a range of seeds, such as 1-20; else the first alone");
  real->add_option("--repeat", user->repeat, "runs of each seed");
  real->add_option("--set", user->set, "override a value: /json/pointer=value")
      ->allow_extra_args(false);
  real->add_option("--keep", user->keep, "a directory for the history of every run");
  real->add_option("--url", user->url,
                   "Redis servers of your own: redis://[[USER]:PASSWORD@]HOST[:PORT][,...]");
  real->add_option("--format", user->format, "text or json");
  real->add_flag("--no-fixes", user->no_fixes, "do not try the scenario's fixes");
  real->footer("Example: picklock real scenarios/redis_token_pause_past_ttl.json --repeat 20");
  real->callback([user, &exit] { exit = real_command(*user); });
}

}  // namespace picklock::cli
