#include <fmt/core.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/trace_input.h"
#include "cli/violation.h"
#include "cli/violation_output.h"
#include "reports/terminal.h"

namespace picklock::cli {
namespace {

struct ShrinkOptionsOfUser {
  std::string path;
  std::vector<std::string> outputs;
};

// The next thing that its reader would type.
std::string next_command(const ShrinkOptionsOfUser& user, const std::vector<Output>& outputs) {
  for (const Output& output : outputs) {
    if (output.kind == "trace") return "picklock replay " + shell_word(output.path);
  }
  return fmt::format("picklock shrink {} -o trace=small.trace.json", shell_word(user.path));
}

Exit shrink_command(const ShrinkOptionsOfUser& user) {
  Complaints wrong;
  const std::vector<Output> outputs = parse_outputs(user.outputs, kViolationOutputs, wrong);
  for (const std::string& complaint : wrong) fmt::print(stderr, "picklock shrink: {}\n", complaint);
  if (!wrong.empty()) return Exit::usage;
  const LockRegistry locks = builtin_locks();
  const std::optional<ViolatingTrace> found = read_violation(user.path, locks);
  if (!found) return Exit::usage;
  listen_for_interrupt();
  RunPicture picture = smallest(found->input.loaded, found->input.choices,
                                found->input.trace.property, locks, Limits{});
  picture.seed = found->input.trace.seed;
  picture.reproduce = "picklock shrink " + shell_word(user.path);
  const TerminalStyle style = terminal_style();
  fmt::print("{}\n{} {}\n", violation_text(picture, style), printable("→", style),
             next_command(user, outputs));
  if (!write_violation(outputs, found->input.loaded.scenario, picture)) return Exit::environment;
  if (interrupted()) return Exit::interrupted;
  return picture.shrinking->is_minimal ? Exit::met : Exit::undecided;
}

}  // namespace

void add_shrink(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<ShrinkOptionsOfUser>();
  CLI::App* shrink =
      app.add_subcommand("shrink", "Makes the violation of a trace as small as it gets");
  shrink->add_option("TRACE", user->path, "a trace of a violation")->required();
  shrink
      ->add_option("-o,--output", user->outputs,
                   "also write KIND=FILE: html, trace, history, perfetto, edn or markdown")
      ->allow_extra_args(false);
  shrink->footer("Example: picklock shrink run.trace.json -o trace=small.trace.json");
  shrink->callback([user, &exit] { exit = shrink_command(*user); });
}

}  // namespace picklock::cli
