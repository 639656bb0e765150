#include "cli/trace_input.h"

#include <fmt/core.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "cli/program.h"
#include "cli/violation.h"
#include "search/vocabulary.h"

namespace picklock::cli {
namespace {

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

}  // namespace

std::optional<TraceInput> read_trace(const std::string& path, const LockRegistry& locks) {
  const Result<std::string> text = read_file(path);
  if (!text) {
    print(text.error());
    return std::nullopt;
  }
  Result<Trace> trace = parse_trace(*text, path);
  if (!trace) {
    print(trace.error());
    return std::nullopt;
  }
  Result<LoadedScenario> loaded =
      parse_scenario(trace->scenario_json, path + " (its scenario)", vocabulary_of(locks));
  if (!loaded) {
    print(loaded.error());
    return std::nullopt;
  }
  if (trace->version != PICKLOCK_VERSION) {
    fmt::print(stderr, "picklock: the trace was written by version {}, this is {}\n",
               trace->version, PICKLOCK_VERSION);
  }
  std::vector<NamedChoice> choices = from_trace(trace->choices);
  return TraceInput{std::move(trace).value(), std::move(loaded).value(), std::move(choices)};
}

std::optional<ViolatingTrace> read_violation(const std::string& path, const LockRegistry& locks) {
  std::optional<TraceInput> input = read_trace(path, locks);
  if (!input) return std::nullopt;
  const Property* property = find_property(input->trace.property);
  if (property == nullptr) {
    fmt::print(stderr,
               "picklock: {}: expected a trace of a violation, got one without a property\n", path);
    return std::nullopt;
  }
  Recording recording = replay_run(input->loaded.scenario, locks, input->choices);
  const Timeline timeline(recording.history);
  Verdict verdict = property->judge(timeline, Limits{});
  if (!verdict.counterexample) {
    fmt::print(stderr, "picklock: {}: expected a run that breaks {}, which is {} in it\n", path,
               property->name, status_name(verdict.status));
    return std::nullopt;
  }
  return ViolatingTrace{std::move(*input), std::move(recording),
                        std::move(*verdict.counterexample)};
}

}  // namespace picklock::cli
