#include <fmt/core.h>

#include <memory>
#include <string>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/trace_input.h"
#include "cli/violation.h"
#include "cli/violation_output.h"
#include "reports/history_json.h"
#include "reports/picture.h"
#include "search/rerun.h"

namespace picklock::cli {
namespace {

std::string event_text(const History& history, std::size_t place) {
  if (place >= history.events.size()) return "(the history ends)";
  std::string text;
  append_event_json(text, history.events[place], *history.subject);
  return text;
}

Exit compare(const Trace& trace, const Recording& run) {
  const auto difference = first_difference(trace.history.events, run.history.events);
  if (!difference && trace.digest == run.digest) {
    fmt::print("{}: {} events, the same to the bit (digest {})\n", trace.scenario_name,
               run.history.events.size(), hex_digest(run.digest));
    return Exit::met;
  }
  if (!difference) {
    fmt::print(
        "{}: the history is the same, but the digest is {} instead of {}: messages took "
        "another course\n",
        trace.scenario_name, hex_digest(run.digest), hex_digest(trace.digest));
    return Exit::violation;
  }
  fmt::print("{}: diverged at event {} of {}\n  recorded {}\n  now      {}\n", trace.scenario_name,
             *difference, trace.history.events.size(), event_text(trace.history, *difference),
             event_text(run.history, *difference));
  return Exit::violation;
}

struct ReplayOptionsOfUser {
  std::string path;
  std::vector<std::string> outputs;
};

Exit replay_command(const ReplayOptionsOfUser& user) {
  Complaints wrong;
  const std::vector<Output> outputs = parse_outputs(user.outputs, kViolationOutputs, wrong);
  for (const std::string& complaint : wrong) fmt::print(stderr, "picklock replay: {}\n", complaint);
  if (!wrong.empty()) return Exit::usage;
  const std::string& path = user.path;
  const LockRegistry locks = builtin_locks();
  const std::optional<TraceInput> input = read_trace(path, locks);
  if (!input) return Exit::usage;
  const Trace& trace = input->trace;
  Recording run = replay_run(input->loaded.scenario, locks, input->choices);
  const Exit outcome = compare(trace, run);
  const Property* property = find_property(trace.property);
  if (property == nullptr) return outcome;
  const Timeline timeline(run.history);
  const Verdict verdict = property->judge(timeline, Limits{});
  fmt::print("{} ({}): {}\n", property->name, property->id, status_name(verdict.status));
  if (!verdict.counterexample) {
    for (const Output& output : outputs) {
      fmt::print(stderr, "picklock: no violation, so there is no {} to write to {}\n", output.kind,
                 output.path);
    }
    return outcome;
  }
  RunPicture picture =
      as_recorded(input->loaded, std::move(run), std::string(property->name), Limits{});
  picture.seed = trace.seed;
  picture.reproduce = "picklock replay " + shell_word(path);
  fmt::print("{}", draw_picture(picture, terminal_style()));
  return write_violation(outputs, input->loaded.scenario, picture) ? outcome : Exit::environment;
}

}  // namespace

void add_replay(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<ReplayOptionsOfUser>();
  CLI::App* replay = app.add_subcommand("replay", "Runs a recorded run again, and compares");
  replay->add_option("TRACE", user->path, "a trace that run wrote with -o trace=")->required();
  replay
      ->add_option("-o,--output", user->outputs,
                   "also write KIND=FILE: html, trace, history, perfetto, edn or markdown")
      ->allow_extra_args(false);
  replay->footer("Example: picklock replay redis_token_pause_past_ttl.trace.json");
  replay->callback([user, &exit] { exit = replay_command(*user); });
}

}  // namespace picklock::cli
