#include "cli/violation.h"

#include <utility>

#include "base/require.h"
#include "checker/properties.h"
#include "checker/timeline.h"
#include "cli/program.h"
#include "cli/progress.h"
#include "search/shrink.h"

namespace picklock::cli {

std::vector<TraceChoice> to_trace(const std::vector<NamedChoice>& choices) {
  std::vector<TraceChoice> written;
  for (const NamedChoice& choice : choices) {
    written.push_back({choice.stream, choice.ordinal, choice.value});
  }
  return written;
}

std::vector<NamedChoice> from_trace(const std::vector<TraceChoice>& choices) {
  std::vector<NamedChoice> read;
  for (const TraceChoice& choice : choices) {
    read.push_back({choice.stream, choice.ordinal, choice.value});
  }
  return read;
}

RunPicture as_recorded(const LoadedScenario& loaded, Recording recording,
                       const std::string& property, const Limits& limits) {
  const Timeline timeline(recording.history);
  const Verdict verdict = find_property(property)->judge(timeline, limits);
  require(verdict.counterexample.has_value(), "a run that violated a property does so again");
  return {.history = std::move(recording.history),
          .counterexample = *verdict.counterexample,
          .property = property,
          .digest = recording.digest,
          .plan = loaded.json,
          .choices = to_trace(recording.choices)};
}

RunPicture smallest(const LoadedScenario& loaded, const std::vector<NamedChoice>& choices,
                    const std::string& property, const LockRegistry& locks, const Limits& limits) {
  Progress progress("making the violation small", "replays", Total::at_most);
  ShrinkOptions options{.limits = limits, .stop = &interrupted()};
  options.progress = [&](std::uint64_t replays) { progress.show(replays, options.replays); };
  ShrunkRun shrunk = shrink(loaded, choices, property, locks, options);
  return {.history = std::move(shrunk.recording.history),
          .counterexample = std::move(shrunk.counterexample),
          .property = property,
          .digest = shrunk.recording.digest,
          .plan = std::move(shrunk.loaded.json),
          .choices = to_trace(shrunk.choices),
          .shrinking = shrunk.shrinking};
}

}  // namespace picklock::cli
