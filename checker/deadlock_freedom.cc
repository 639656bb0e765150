#include <fmt/core.h>

#include <algorithm>

#include "checker/judges.h"
#include "checker/phrases.h"
#include "checker/wait_for_graph.h"
#include "checker/waiting.h"

namespace picklock {
namespace {

Verdict deadlock(const Timeline& timeline, std::uint64_t judged, const Demand& demand) {
  WaitChain chain = wait_chain(timeline, demand.exceeded);
  return violation(
      judged,
      fmt::format("nobody held the lock and nobody got it within {} of waiting from {} on: {}",
                  span_text(timeline.subject().progress_bound), clock_text(demand.from),
                  chain.text.empty() ? "acquires gave up" : chain.text),
      std::move(chain.operations), demand.from, demand.exceeded);
}

}  // namespace

Verdict judge_deadlock_freedom(const Timeline& timeline, const Limits&) {
  const Subject& subject = timeline.subject();
  if (subject.progress_bound == kForever) return {};
  Scratch scratch;
  Waiting waiting(timeline, scratch);
  std::uint64_t judged = 0;
  bool open = false;
  for (const FreePeriod& period : free_periods(timeline, scratch)) {
    const TrueTime from = std::max(period.from, timeline.faults_over());
    if (from >= period.until) continue;
    const Demand demand = waiting.between(from, period.until, subject.progress_bound);
    if (demand.waited == Duration{}) continue;
    ++judged;
    if (demand.exceeded != kNever) return deadlock(timeline, judged, demand);
    open = !period.granted && demand.at_end;
  }
  if (!timeline.history().complete) return undecided(judged, "the run stopped at its event budget");
  if (open) return undecided(judged, "the run ended before the bound of progress had passed");
  return {.judged = judged};
}

}  // namespace picklock
