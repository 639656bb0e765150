#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/annotation_output.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/experiment.h"
#include "cli/violation_output.h"
#include "reports/history_json.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/page.h"
#include "reports/terminal.h"
#include "reports/trace_json.h"
#include "search/rerun.h"

namespace picklock::cli {
namespace {

struct RunOptionsOfUser {
  std::vector<std::string> files;
  std::string seed;
  std::string seeds;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::string> set;
  std::string format = "text";
  std::vector<std::string> outputs;
  std::uint64_t budget = Limits{}.search_steps;
  bool no_judge = false;
  bool no_fixes = false;
  bool no_shrink = false;
  bool twice = false;
};

const std::vector<std::string> kRunOutputs{"json",     "html",  "junit",   "markdown",
                                           "perfetto", "trace", "history", "edn"};

// What was changed about the scenarios, as it was typed.
std::string changes_of(const RunOptionsOfUser& user) {
  std::string text;
  for (const std::string& one : user.set) text += " --set " + shell_word(one);
  if (user.budget != Limits{}.search_steps) text += fmt::format(" --budget {}", user.budget);
  return text;
}

// How to see each violation of the i-th file again.
void name_commands(ScenarioResult& result, const RunOptionsOfUser& user, std::size_t i) {
  const auto name = [&](RunPicture& picture) {
    picture.reproduce = fmt::format("picklock run {}{} --seed {}", shell_word(user.files[i]),
                                    changes_of(user), picture.seed);
  };
  if (result.first_violation) name(*result.first_violation);
  for (RunPicture& picture : result.violations) name(picture);
}

// The command without its outputs; of very many files their number.
std::string command_of(const RunOptionsOfUser& user) {
  constexpr std::size_t kMost = 3;
  std::string text = "picklock run";
  for (std::size_t i = 0; i < std::min(kMost, user.files.size()); ++i) {
    text += " " + shell_word(user.files[i]);
  }
  if (user.files.size() > kMost) text += fmt::format(" ... ({} files)", user.files.size());
  if (!user.seed.empty()) text += " --seed " + shell_word(user.seed);
  if (!user.seeds.empty()) text += " --seeds " + shell_word(user.seeds);
  return text + changes_of(user);
}

// The next thing that its reader would type.
std::string next_command(const ResultDocument& document, const std::vector<Output>& outputs) {
  for (const ScenarioResult& result : document.results) {
    if (!result.first_violation) continue;
    for (const Output& output : outputs) {
      if (output.kind == "trace") return fmt::format("picklock replay {}", output.path);
    }
    return fmt::format("picklock run {} --seed {} -o trace={}.trace.json", result.file,
                       result.first_violation->seed, result.name);
  }
  if (document.results.empty()) return "";
  return fmt::format("picklock run {} --seeds 1-100000", document.results.front().file);
}

// One scenario is told in full. Of many, the first that broke is drawn and each gets its line.
void print_result(const ScenarioResult& result, bool alone, bool& drawn) {
  const TerminalStyle style = terminal_style();
  const bool in_full = alone || !result.expectation_met || (result.first_violation && !drawn);
  if (in_full && result.first_violation) drawn = true;
  fmt::print("{}", in_full ? scenario_text(result, style) : scenario_line(result, style));
  std::fflush(stdout);
}

bool write_outputs(const std::vector<Output>& outputs, const std::string& command,
                   const ResultDocument& document, const std::vector<LoadedScenario>& loaded) {
  bool good = true;
  const auto violated = std::find_if(document.results.begin(), document.results.end(),
                                     [](const auto& result) { return result.first_violation; });
  for (const Output& output : outputs) {
    if (output.kind == "json") {
      good &= write_file(output.path, result_json(document));
    } else if (output.kind == "html") {
      good &= write_file(output.path, html_page({PICKLOCK_VERSION, command, document}));
    } else if (output.kind == "junit") {
      good &= write_file(output.path, junit_xml(result_tables(document.results)));
    } else if (output.kind == "markdown") {
      good &= write_file(output.path, markdown_report(document, command));
    } else if (violated == document.results.end()) {
      fmt::print(stderr, "picklock: no violation, so there is no {} to write to {}\n", output.kind,
                 output.path);
    } else {
      const auto place = static_cast<std::size_t>(violated - document.results.begin());
      good &= write_violation({output}, loaded[place].scenario, *violated->first_violation);
    }
  }
  return good;
}

Exit run_twice(const std::vector<LoadedScenario>& loaded, const LockRegistry& locks,
               const ExperimentOptions& options) {
  for (const LoadedScenario& one : loaded) {
    const std::uint64_t first = options.first_seed.value_or(one.scenario.first_seed);
    const std::uint64_t last = options.last_seed.value_or(one.scenario.last_seed);
    const auto divergence = find_divergence(one.scenario, locks, first, last);
    if (!divergence) {
      fmt::print("{}: seeds {}-{} run twice, the same to the bit\n", one.scenario.name, first,
                 last);
      continue;
    }
    const Recording run = record_run(one.scenario, locks, divergence->seed);
    const std::vector<Event>& events = run.history.events;
    std::string event = "behind the last event";
    if (divergence->event < events.size()) {
      event.clear();
      append_event_json(event, events[divergence->event], *run.history.subject);
    }
    fmt::print("{}: seed {} diverges at event {}: {}\n", one.scenario.name, divergence->seed,
               divergence->event, event);
    return Exit::violation;
  }
  return Exit::met;
}

Exit run_command(const RunOptionsOfUser& user) {
  Complaints wrong;
  const SeedRange seeds = parse_seeds(user.seed, user.seeds, wrong);
  ExperimentOptions options{.first_seed = seeds.first,
                            .last_seed = seeds.last,
                            .jobs = std::max(1U, user.jobs),
                            .judge = !user.no_judge,
                            .fixes = !user.no_fixes,
                            .shrink = !user.no_shrink,
                            .search_steps = user.budget};
  check_format(user.format, wrong, kVerdictFormats);
  const std::vector<Override> overrides = parse_assignments("--set", user.set, wrong);
  const std::vector<Output> outputs = parse_outputs(user.outputs, kRunOutputs, wrong);
  options.every_violation =
      user.format != "text" || std::ranges::any_of(outputs, [](const Output& output) {
        return output.kind == "html" || output.kind == "json" || output.kind == "junit";
      });
  for (const std::string& one : wrong) fmt::print(stderr, "picklock run: {}\n", one);

  const LockRegistry locks = builtin_locks();
  std::vector<LoadedScenario> loaded;
  bool good = wrong.empty();
  for (const std::string& file : user.files) {
    Result<LoadedScenario> scenario = load_scenario(file, vocabulary_of(locks), overrides);
    if (scenario) {
      loaded.push_back(std::move(scenario).value());
    } else {
      print(scenario.error());
      good = false;
    }
  }
  if (!good) return Exit::usage;
  if (user.twice) return run_twice(loaded, locks, options);

  listen_for_interrupt();
  const double started = wall_seconds();
  ResultDocument document{.version = PICKLOCK_VERSION, .jobs = options.jobs};
  bool drawn = false;
  for (std::size_t i = 0; i < loaded.size() && !interrupted(); ++i) {
    document.results.push_back(carry_out(loaded[i], user.files[i], locks, options));
    name_commands(document.results.back(), user, i);
    if (user.format != "json") {
      print_result(document.results.back(), loaded.size() == 1, drawn);
    }
  }
  document.interrupted = interrupted();
  document.wall_seconds = wall_seconds() - started;
  if (user.format == "json") {
    fmt::print("{}", result_json(document));
  } else {
    const std::string next = next_command(document, outputs);
    fmt::print("{}", summary_text(document, next, terminal_style()));
  }
  const std::string command = command_of(user);
  bool written = write_outputs(outputs, command, document, loaded);
  if (user.format == "github") {
    written &= annotate(result_tables(document.results), markdown_report(document, command));
  }
  if (!written) return Exit::environment;
  return document.interrupted ? Exit::interrupted : exit_code(document.results);
}

}  // namespace

void add_run(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<RunOptionsOfUser>();
  CLI::App* run = app.add_subcommand("run", "Runs scenarios and judges every run");
  run->add_option("FILE", user->files, "scenario files")->required();
  CLI::Option* seed = run->add_option("--seed", user->seed, "one seed, decimal or 0x...");
  run->add_option("--seeds", user->seeds, "a range of seeds, such as 1-1000")->excludes(seed);
  run->add_option("-j,--jobs", user->jobs, "threads; the results are the same for any number");
  run->add_option("--set", user->set, "override a value: /json/pointer=value")
      ->allow_extra_args(false);
  run->add_option("--format", user->format, "text, json or github");
  run->add_option(
         "-o,--output", user->outputs,
         "also write KIND=FILE: json, html, junit, markdown, perfetto, trace, history or edn")
      ->allow_extra_args(false);
  run->add_option("--budget", user->budget, "steps that one linearizability search may take");
  run->add_flag("--no-judge", user->no_judge, "only simulate: no history, flat memory");
  run->add_flag("--no-fixes", user->no_fixes, "do not try the scenario's fixes");
  run->add_flag("--no-shrink", user->no_shrink, "draw the violation as it came, not made small");
  run->add_flag("--twice", user->twice, "run every seed twice and stop at the first divergence");
  run->footer(
      "Example: picklock run scenarios/redis_token_pause_past_ttl.json --seeds 1-1000 -j 2");
  run->callback([user, &exit] { exit = run_command(*user); });
}

}  // namespace picklock::cli
