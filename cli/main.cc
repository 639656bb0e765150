#include <fmt/core.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"

namespace picklock::cli {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> flag_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

void complain(const std::string& what, const std::string& hint) {
  fmt::print(stderr, "picklock: {}{}\n", what, hint.empty() ? "" : " (" + hint + ")");
}

// CLI11 says that something was not expected; we say what was perhaps meant.
void explain_usage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const std::vector<std::string> commands = command_names(app);
  const std::string first = argc > 1 ? argv[1] : "";
  const CLI::App* command = nullptr;
  for (const CLI::App* known : app.get_subcommands(nullptr)) {
    if (known->get_name() == first) command = known;
  }
  if (command == nullptr && !first.empty() && first.front() != '-') {
    complain(fmt::format("unknown command \"{}\"", first), did_you_mean(first, commands));
    fmt::print(stderr, "commands: {}\n", fmt::join(commands, ", "));
    return;
  }
  const CLI::App& scope = command == nullptr ? app : *command;
  const std::vector<std::string> flags = flag_names(scope);
  for (int i = 1; i < argc; ++i) {
    const std::string whole = argv[i];
    const std::string argument = whole.substr(0, whole.find('='));
    if (!argument.starts_with("--")) continue;
    if (std::find(flags.begin(), flags.end(), argument) != flags.end()) continue;
    complain(fmt::format("unknown flag \"{}\"", argument), did_you_mean(argument, flags));
    return;
  }
  complain(error.what(), fmt::format("see \"picklock {}--help\"",
                                     command == nullptr ? "" : command->get_name() + " "));
}

int run(int argc, char** argv) {
  CLI::App app("Finds out how a distributed lock breaks, and shows the smallest story of it.",
               "picklock");
  app.set_version_flag("--version", "picklock " PICKLOCK_VERSION);
  app.require_subcommand(1);
  app.footer("Example: picklock run scenarios/redis_token_pause_past_ttl.json");
  Exit exit = Exit::met;
  add_run(app, exit);
  add_sweep(app, exit);
  add_throughput(app, exit);
  add_replay(app, exit);
  add_explore(app, exit);
  add_shrink(app, exit);
  add_explain(app, exit);
  add_check(app, exit);
  add_report(app, exit);
  add_history(app, exit);
  add_real(app, exit);
  add_compare(app, exit);
  add_doctor(app, exit);
  add_list(app, exit);
  add_lint(app, exit);
  add_schema(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    explain_usage(app, error, argc, argv);
    return static_cast<int>(Exit::usage);
  }
  if (std::fflush(stdout) != 0) {
    fmt::print(stderr, "picklock: cannot write to the standard output\n");
    return static_cast<int>(Exit::environment);
  }
  return static_cast<int>(exit);
}

}  // namespace
}  // namespace picklock::cli

int main(int argc, char** argv) {
  try {
    return picklock::cli::run(argc, argv);
  } catch (const std::system_error& error) {  // fmt's, when the standard output takes no more
    fmt::print(stderr, "picklock: cannot write to the standard output: {}\n",
               error.code().message());
    return static_cast<int>(picklock::cli::Exit::environment);
  }
}
