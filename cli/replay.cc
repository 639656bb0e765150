#include <fmt/core.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/real_experiment.h"
#include "cli/trace_input.h"
#include "cli/violation.h"
#include "cli/violation_output.h"
#include "real/obstacles.h"
#include "real/real_world.h"
#include "reports/history_json.h"
#include "reports/picture.h"
#include "search/rerun.h"
#include "search/same_run.h"

namespace picklock::cli {
namespace {

std::string event_text(const std::optional<Event>& event, const Subject& subject) {
  if (!event) return "(the history ends)";
  std::string text;
  append_event_json(text, *event, subject);
  return text;
}

std::string event_text(const History& history, std::size_t place) {
  const bool has_ended = place >= history.events.size();
  return event_text(has_ended ? std::nullopt : std::optional(history.events[place]),
                    *history.subject);
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
  bool real = false;
};

// What became of it, and the run; none where it could not be carried out.
struct Replayed {
  Exit outcome = Exit::met;
  std::optional<Recording> run;
};

Replayed replay_simulated(const TraceInput& input, const LockRegistry& locks) {
  Recording run = replay_run(input.loaded.scenario, locks, input.choices);
  const Exit outcome = compare(input.trace, run);
  return {outcome, std::move(run)};
}

Exit compare_real(const Trace& trace, const History& history) {
  const auto difference = difference_between(trace.history, history);
  if (!difference) {
    fmt::print("{}: {} events on real servers, each at the nanosecond of the trace\n",
               trace.scenario_name, history.events.size());
    return Exit::met;
  }
  fmt::print("{}: the real run parts from the trace\n  trace {}\n  real  {}\n", trace.scenario_name,
             event_text(difference->a, *trace.history.subject),
             event_text(difference->b, *history.subject));
  return Exit::violation;
}

// The schedule of the trace, message by message, with the answers of real servers.
Replayed replay_real(const TraceInput& input, const LockRegistry& locks) {
  const Scenario& scenario = input.loaded.scenario;
  std::vector<std::string> not_run = obstacles(scenario);
  Diagnostics trouble;
  RealRun run;
  if (not_run.empty()) {
    listen_for_interrupt();
    auto world = RealWorld::create(scenario, locks, {.stop = &interrupted()});
    if (world) run = world.value()->run(Choices::replay(keyed(input.choices)));
    trouble = world ? run.trouble : world.error();
    if (!run.not_run.empty()) not_run.push_back(run.not_run);
  }
  print(trouble);
  if (!not_run.empty()) fmt::print("{}: not run\n", input.trace.scenario_name);
  for (const std::string& why : not_run) fmt::print("  {}\n", why);
  if (!not_run.empty()) return {Exit::nothing_ran, {}};
  if (interrupted()) return {Exit::interrupted, {}};
  if (!trouble.empty()) {
    keep_up_to_trouble("replay", run.history, input.trace.scenario_name + ".1.history.jsonl");
    return {Exit::environment, {}};
  }

  Recording recording{.history = std::move(run.history)};
  recording.digest = digest_of(recording.history);
  recording.choices = input.choices;
  const Exit outcome = compare_real(input.trace, recording.history);
  return {outcome, std::move(recording)};
}

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
  auto [outcome, run] = user.real ? replay_real(*input, locks) : replay_simulated(*input, locks);
  const Property* property = find_property(trace.property);
  if (!run || property == nullptr) return outcome;
  const Timeline timeline(run->history);
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
      as_recorded(input->loaded, std::move(*run), std::string(property->name), Limits{});
  picture.seed = trace.seed;
  picture.reproduce = "picklock replay " + shell_word(path) + (user.real ? " --real" : "");
  fmt::print("{}", draw_picture(picture, terminal_style()));
  return write_violation(outputs, input->loaded.scenario, picture) ? outcome : Exit::environment;
}

}  // namespace

void add_replay(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<ReplayOptionsOfUser>();
  CLI::App* replay = app.add_subcommand("replay", "Runs a recorded run again, and compares");
  replay->add_option("TRACE", user->path, "a trace that run wrote with -o trace=")->required();
  replay->add_flag("--real", user->real,
                   "on real servers, with real processes; compares event by event");
  replay
      ->add_option("-o,--output", user->outputs,
                   "also write KIND=FILE: html, trace, history, perfetto, edn or markdown")
      ->allow_extra_args(false);
  replay->footer("Example: picklock replay redis_token_pause_past_ttl.trace.json");
  replay->callback([user, &exit] { exit = replay_command(*user); });
}

}  // namespace picklock::cli
