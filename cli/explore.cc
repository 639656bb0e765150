#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/violation.h"
#include "cli/violation_output.h"
#include "reports/exploration.h"
#include "search/explore.h"

namespace picklock::cli {
namespace {

struct ExploreOptionsOfUser {
  std::string file;
  std::uint32_t faults = ExploreOptions{}.faults;
  std::optional<std::uint32_t> clients;
  std::optional<std::uint32_t> depth;
  std::string strategy = "portfolio";
  std::uint64_t budget = ExploreOptions{}.budget;
  std::string seed;
  std::vector<std::string> kinds;
  std::vector<std::string> properties;
  std::vector<std::string> set;
  std::string format = "text";
  std::vector<std::string> outputs;
  bool no_shrink = false;
  bool no_pruning = false;
  bool no_symmetry = false;
  bool all_orders = false;
};

const std::vector<std::string> kExploreOutputs{"json", "html", "trace", "history"};
// In the order of Strategy.
const std::vector<std::string> kStrategies{"portfolio", "bounded", "random",
                                           "swarm",     "pct",     "exhaustive"};

// The place of `name` among the names that there are.
std::optional<std::size_t> one_of(const char* flag, const std::string& name,
                                  const std::vector<std::string>& known, Complaints& wrong) {
  const auto found = std::ranges::find(known, name);
  if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
  const std::string hint = did_you_mean(name, known);
  wrong.push_back(fmt::format("{}: expected one of {}, got {}{}", flag, fmt::join(known, ", "),
                              name, hint.empty() ? "" : " (" + hint + ")"));
  return std::nullopt;
}

ExploreOptions options_of(const ExploreOptionsOfUser& user, Complaints& wrong) {
  ExploreOptions options{.faults = user.faults,
                         .budget = user.budget,
                         .prune_states = !user.no_pruning,
                         .drop_orders = !user.all_orders,
                         .symmetry = !user.no_symmetry};
  const auto strategy = one_of("--strategy", user.strategy, kStrategies, wrong);
  if (strategy) options.strategy = static_cast<Strategy>(*strategy);
  if (!user.seed.empty()) options.seed = parse_seed("--seed", user.seed, wrong).value_or(1);
  std::vector<std::string> words;
  for (const auto& [word, about] : fault_kinds()) words.push_back(word);
  for (const std::string& kind : user.kinds) {
    const auto place = one_of("--kinds", kind, words, wrong);
    if (place) options.kinds.push_back(static_cast<FaultKind>(*place));
  }
  const std::vector<std::string> properties = vocabulary_of(builtin_locks()).properties;
  for (const std::string& property : user.properties) {
    if (one_of("--property", property, properties, wrong)) options.properties.push_back(property);
  }
  if (user.budget == 0) wrong.emplace_back("--budget: expected a number of runs above 0, got 0");
  return options;
}

std::vector<Override> overrides_of(const ExploreOptionsOfUser& user, Complaints& wrong) {
  std::vector<Override> overrides = parse_assignments("--set", user.set, wrong);
  if (user.clients) overrides.emplace_back("/clients/count", std::to_string(*user.clients));
  if (user.depth) overrides.emplace_back("/clients/rounds", std::to_string(*user.depth));
  return overrides;
}

// The command without its outputs.
std::string command_of(const ExploreOptionsOfUser& user) {
  std::string text = "picklock explore " + shell_word(user.file);
  if (user.faults != ExploreOptions{}.faults) text += fmt::format(" --faults {}", user.faults);
  if (user.clients) text += fmt::format(" --clients {}", *user.clients);
  if (user.depth) text += fmt::format(" --depth {}", *user.depth);
  if (user.strategy != "portfolio") text += " --strategy " + user.strategy;
  if (user.budget != ExploreOptions{}.budget) text += fmt::format(" --budget {}", user.budget);
  if (!user.seed.empty()) text += " --seed " + shell_word(user.seed);
  if (!user.kinds.empty()) text += fmt::format(" --kinds {}", fmt::join(user.kinds, ","));
  if (user.no_pruning) text += " --no-pruning";
  if (user.no_symmetry) text += " --no-symmetry";
  if (user.all_orders) text += " --all-orders";
  for (const std::string& property : user.properties) text += " --property " + property;
  for (const std::string& one : user.set) text += " --set " + shell_word(one);
  return text;
}

RunPicture picture_of(const Found& found, const ExploreOptionsOfUser& user, std::uint64_t seed,
                      const LockRegistry& locks, const Limits& limits) {
  RunPicture picture =
      user.no_shrink
          ? as_recorded(found.loaded, replay_run(found.loaded.scenario, locks, found.choices),
                        found.property, limits)
          : smallest(found.loaded, found.choices, found.property, locks, limits);
  picture.seed = seed;
  picture.reproduce = command_of(user);
  return picture;
}

// How far the search has come.
void fill(ExplorationResult& result, const Exploration& explored) {
  result.runs = explored.runs;
  result.undecided_runs = explored.undecided_runs;
  result.none_below = explored.none_below;
  result.none_below_deviations = explored.none_below_deviations;
  result.states = explored.states;
  result.depth = explored.depth;
  result.sampled = explored.sampled;
  result.different = explored.different;
  result.once = explored.once;
  result.trying = explored.trying;
  result.trying_since = explored.trying_since;
  result.done = explored.done;
  result.complete = explored.complete;
  result.interrupted = explored.interrupted;
}

ExplorationResult result_of(const LoadedScenario& loaded, const ExploreOptionsOfUser& user,
                            const LockRegistry& locks, ExploreOptions options) {
  const double started = wall_seconds();
  const Scenario& scenario = loaded.scenario;
  ExplorationResult result{.name = scenario.name,
                           .file = user.file,
                           .about = scenario.about,
                           .strategy = user.strategy,
                           .faults = options.faults,
                           .clients = scenario.clients.size(),
                           .budget = options.budget};
  for (const ClientSpec& client : scenario.clients) {
    result.rounds = std::max<std::uint64_t>(result.rounds, client.rounds);
  }
  Exploration explored;
  {
    Progress progress("exploring " + scenario.name, "runs", Total::at_most);
    options.stop = &interrupted();
    options.progress = [&](const Exploration& so_far) {
      if (!progress.is_due()) return;
      fill(result, so_far);
      progress.show_line(exploration_progress(result, progress.seconds()));
    };
    explored = explore(loaded, locks, options);
  }
  result.wall_seconds = wall_seconds() - started;
  fill(result, explored);
  result.properties = explored.properties;
  if (explored.found) {
    result.violation = picture_of(*explored.found, user, options.seed, locks, options.limits);
    result.found_by = kStrategies[static_cast<std::size_t>(explored.found->by)];
    result.found_in_run = explored.found->run;
    result.placed_faults = explored.found->faults;
  }
  return result;
}

// The next thing that its reader would type.
std::string next_command(const ExplorationResult& result, const ExploreOptionsOfUser& user,
                         const std::vector<Output>& outputs) {
  if (!result.violation) {
    if (!result.complete) {
      ExploreOptionsOfUser more = user;
      more.budget *= 10;
      return command_of(more);
    }
    ExploreOptionsOfUser more = user;
    ++more.faults;
    return command_of(more);
  }
  for (const Output& output : outputs) {
    if (output.kind == "trace") return "picklock explain " + shell_word(output.path);
  }
  return fmt::format("{} -o trace={}.trace.json", command_of(user), result.name);
}

bool write_outputs(const std::vector<Output>& outputs, const LoadedScenario& loaded,
                   const ExplorationResult& result) {
  bool good = true;
  for (const Output& output : outputs) {
    if (output.kind == "json") {
      good &= write_file(output.path, exploration_json(result, PICKLOCK_VERSION));
    } else if (result.violation) {
      good &= write_violation({output}, loaded.scenario, *result.violation);
    } else {
      fmt::print(stderr, "picklock: no violation, so there is no {} to write to {}\n", output.kind,
                 output.path);
    }
  }
  return good;
}

Exit explore_command(const ExploreOptionsOfUser& user) {
  Complaints wrong;
  check_format(user.format, wrong);
  ExploreOptions options = options_of(user, wrong);
  const std::vector<Override> overrides = overrides_of(user, wrong);
  const std::vector<Output> outputs = parse_outputs(user.outputs, kExploreOutputs, wrong);
  for (const std::string& complaint : wrong) {
    fmt::print(stderr, "picklock explore: {}\n", complaint);
  }
  const LockRegistry locks = builtin_locks();
  const Result<LoadedScenario> loaded = load_scenario(user.file, vocabulary_of(locks), overrides);
  if (!loaded) print(loaded.error());
  if (!loaded || !wrong.empty()) return Exit::usage;
  if (options.kinds.empty() && loaded->scenario.swarm)
    options.kinds = loaded->scenario.swarm->kinds;
  listen_for_interrupt();
  const ExplorationResult result = result_of(*loaded, user, locks, options);
  if (user.format == "json") {
    fmt::print("{}", exploration_json(result, PICKLOCK_VERSION));
  } else {
    const std::string next = next_command(result, user, outputs);
    fmt::print("{}", exploration_text(result, next, terminal_style()));
  }
  if (!write_outputs(outputs, *loaded, result)) return Exit::environment;
  if (interrupted()) return Exit::interrupted;
  if (result.violation) return Exit::violation;
  return result.complete ? Exit::met : Exit::undecided;
}

}  // namespace

void add_explore(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<ExploreOptionsOfUser>();
  CLI::App* explore =
      app.add_subcommand("explore", "Searches for a violation: places faults that nobody planned");
  explore->add_option("FILE", user->file, "a scenario file")->required();
  explore->add_option("--faults", user->faults, "place at most this many in one run");
  explore->add_option("--clients", user->clients, "instead of the scenario's /clients/count");
  explore->add_option("--depth", user->depth, "instead of the scenario's /clients/rounds");
  explore->add_option("--strategy", user->strategy,
                      fmt::format("{}", fmt::join(kStrategies, ", ")));
  explore->add_option("--budget", user->budget, "give up after this many runs");
  explore->add_option("--seed", user->seed, "of the strategies that draw at random");
  explore->add_option("--kinds", user->kinds, "kinds of faults to place, all when left out")
      ->delimiter(',');
  explore
      ->add_option("--property", user->properties,
                   "look for violations of this one; of all that the scenario names when left out")
      ->allow_extra_args(false);
  explore->add_option("--set", user->set, "override a value: /json/pointer=value")
      ->allow_extra_args(false);
  explore->add_option("--format", user->format, "text or json");
  explore
      ->add_option("-o,--output", user->outputs,
                   "also write KIND=FILE: json, html, trace or history")
      ->allow_extra_args(false);
  explore->add_flag("--no-shrink", user->no_shrink, "draw the violation as it was found");
  explore->add_flag("--no-pruning", user->no_pruning,
                    "exhaustive: carry out what follows a state that was seen");
  explore->add_flag("--no-symmetry", user->no_symmetry,
                    "exhaustive: do not take nodes that are alike for interchangeable");
  explore->add_flag("--all-orders", user->all_orders,
                    "exhaustive: carry out orders that come to the same, too");
  explore->footer("Example: picklock explore scenarios/redis_token_quiet.json --faults 1");
  explore->callback([user, &exit] { exit = explore_command(*user); });
}

}  // namespace picklock::cli
