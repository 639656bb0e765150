#include <fmt/core.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "checker/lock_server_history.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/history_output.h"

namespace picklock::cli {
namespace {

struct HistoryOptionsOfUser {
  std::uint64_t clients = LockServerWorkload{}.clients;
  std::uint64_t operations = LockServerWorkload{}.operations;
  bool tries = false;
  std::uint64_t unknowns = 0;
  std::string injection;
  std::string seed = "1";
  std::vector<std::string> outputs;
};

const std::vector<std::string> kHistoryOutputs{"jsonl", "edn"};

LockServerWorkload workload_of(const HistoryOptionsOfUser& user, Complaints& wrong) {
  LockServerWorkload workload;
  workload.operations = user.operations;
  workload.tries = user.tries;
  workload.unknowns = user.unknowns;
  workload.seed = parse_seed("--seed", user.seed, wrong).value_or(1);
  workload.clients = static_cast<std::uint32_t>(user.clients);
  if (user.clients == 0 || user.clients > 100'000) {
    wrong.push_back(
        fmt::format("--clients: expected a number from 1 to 100000, got {}", user.clients));
  }
  if (user.operations == 0 || user.operations > std::numeric_limits<std::uint32_t>::max() / 2) {
    wrong.push_back(fmt::format("--operations: expected a number from 1 to 2147483647, got {}",
                                user.operations));
  }
  if (user.injection == "double-grant") {
    workload.injection = Injection::double_grant;
  } else if (user.injection == "free-refusal") {
    workload.injection = Injection::free_refusal;
    if (!user.tries)
      wrong.emplace_back("--inject free-refusal: only clients that --try are refused");
  } else if (!user.injection.empty()) {
    const std::vector<std::string> known{"double-grant", "free-refusal"};
    const std::string hint = did_you_mean(user.injection, known);
    wrong.push_back(fmt::format("--inject: expected double-grant or free-refusal, got {}{}",
                                user.injection, hint.empty() ? "" : " (" + hint + ")"));
  }
  return workload;
}

Exit history_command(const HistoryOptionsOfUser& user) {
  Complaints wrong;
  const LockServerWorkload workload = workload_of(user, wrong);
  const std::vector<Output> outputs = parse_outputs(user.outputs, kHistoryOutputs, wrong);
  for (const std::string& complaint : wrong)
    fmt::print(stderr, "picklock history: {}\n", complaint);
  if (!wrong.empty()) return Exit::usage;

  const OperationHistory history = record_lock_server(workload);
  for (const Output& output : outputs) {
    if (!write_history(history, output)) return Exit::environment;
  }
  fmt::print("{} operations of {} clients of a lock server{}\n\n", history.operations.size(),
             user.clients, user.injection.empty() ? "" : ", with one " + user.injection);
  fmt::print("{} picklock check {} --spec owner-mutex\n", printable("→", terminal_style()),
             outputs.front().path);
  return Exit::met;
}

}  // namespace

void add_history(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<HistoryOptionsOfUser>();
  CLI::App* history =
      app.add_subcommand("history", "Writes the history of a simulated lock server, to try check");
  history->add_option("--clients", user->clients, "how many");
  history->add_option("--operations", user->operations, "how many, of all clients together");
  history->add_flag("--try", user->tries, "clients are refused instead of waiting");
  history->add_option("--unknown", user->unknowns, "how many replies are lost");
  history->add_option("--inject", user->injection,
                      "one error at 90 %: double-grant, or free-refusal");
  history->add_option("--seed", user->seed, "decimal or 0x...");
  history->add_option("-o,--output", user->outputs, "write KIND=FILE: jsonl or edn")
      ->required()
      ->allow_extra_args(false);
  history->footer(
      "Example: picklock history --clients 10 --operations 100000 --inject double-grant -o "
      "jsonl=h.jsonl");
  history->callback([user, &exit] { exit = history_command(*user); });
}

}  // namespace picklock::cli
