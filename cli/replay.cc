#include <fmt/core.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "reports/history_json.h"
#include "reports/page.h"
#include "reports/picture.h"
#include "reports/trace_json.h"
#include "search/rerun.h"

namespace picklock::cli {
namespace {

const std::vector<std::string> kOutputKinds{"html"};

Result<std::string> read_file(const std::string& path) {
  const auto wrong = [&](const std::string& why) {
    return Result<std::string>(Diagnostics{{.file = path, .expected = why}});
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return wrong("expected a file, got a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return wrong("cannot be read: " + std::error_code(errno, std::generic_category()).message());
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

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

// The run as the one result of a scenario that was carried out once.
Page page_of(const ReplayOptionsOfUser& user, const Scenario& scenario, RunPicture picture) {
  ScenarioResult result;
  result.name = scenario.name;
  result.file = user.path;
  result.about = scenario.about;
  result.pitfall = scenario.pitfall;
  result.lock = scenario.lock.algorithm;
  picture.reproduce = "picklock replay " + shell_word(user.path);
  result.first_violation = std::move(picture);
  Page page{.version = PICKLOCK_VERSION, .command = result.first_violation->reproduce};
  page.results.results.push_back(std::move(result));
  return page;
}

Exit replay_command(const ReplayOptionsOfUser& user) {
  Complaints wrong;
  const std::vector<Output> outputs = parse_outputs(user.outputs, kOutputKinds, wrong);
  for (const std::string& complaint : wrong) fmt::print(stderr, "picklock replay: {}\n", complaint);
  if (!wrong.empty()) return Exit::usage;
  const std::string& path = user.path;
  const Result<std::string> text = read_file(path);
  if (!text) {
    print(text.error());
    return Exit::usage;
  }
  const Result<Trace> trace = parse_trace(*text, path);
  if (!trace) {
    print(trace.error());
    return Exit::usage;
  }
  const LockRegistry locks = builtin_locks();
  const auto loaded =
      parse_scenario(trace->scenario_json, path + " (its scenario)", vocabulary_of(locks));
  if (!loaded) {
    print(loaded.error());
    return Exit::usage;
  }
  if (trace->version != PICKLOCK_VERSION) {
    fmt::print(stderr, "picklock: the trace was written by version {}, this is {}\n",
               trace->version, PICKLOCK_VERSION);
  }
  std::vector<NamedChoice> choices;
  for (const TraceChoice& choice : trace->choices) {
    choices.push_back({choice.stream, choice.ordinal, choice.value});
  }
  Recording run = replay_run(loaded->scenario, locks, choices);
  const Exit outcome = compare(*trace, run);
  const Property* property = find_property(trace->property);
  if (property == nullptr) return outcome;
  const Timeline timeline(run.history);
  const Verdict verdict = property->judge(timeline, Limits{});
  fmt::print("{} ({}): {}\n", property->name, property->id, status_name(verdict.status));
  if (!verdict.counterexample) {
    for (const Output& output : outputs) {
      fmt::print(stderr, "picklock: no violation, so there is no page to write to {}\n",
                 output.path);
    }
    return outcome;
  }
  RunPicture picture{std::move(run.history), *verdict.counterexample, std::string(property->name),
                     trace->seed, run.digest};
  fmt::print("{}", draw_picture(picture, terminal_style()));
  if (outputs.empty()) return outcome;
  const std::string page = html_page(page_of(user, loaded->scenario, std::move(picture)));
  for (const Output& output : outputs) {
    if (!write_file(output.path, page)) return Exit::environment;
  }
  return outcome;
}

}  // namespace

void add_replay(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<ReplayOptionsOfUser>();
  CLI::App* replay = app.add_subcommand("replay", "Runs a recorded run again, and compares");
  replay->add_option("TRACE", user->path, "a trace that run wrote with -o trace=")->required();
  replay->add_option("-o,--output", user->outputs, "also write KIND=FILE: html")
      ->allow_extra_args(false);
  replay->footer("Example: picklock replay redis_token_pause_past_ttl.trace.json");
  replay->callback([user, &exit] { exit = replay_command(*user); });
}

}  // namespace picklock::cli
