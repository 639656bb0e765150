#include <fmt/core.h>

#include "checker/judges.h"
#include "checker/phrases.h"
#include "checker/wait_for_graph.h"
#include "checker/waiting.h"

namespace picklock {
namespace {

bool begins_with_a_crash(const Timeline& timeline, const FreePeriod& period) {
  if (period.after == kNoIndex) return false;
  return timeline.holds()[period.after].belief_end == BeliefEnd::crashed;
}

Verdict too_slow(const Timeline& timeline, std::uint64_t judged, const FreePeriod& period,
                 const Demand& demand) {
  const Hold& dead = timeline.holds()[period.after];
  const WaitChain chain = wait_chain(timeline, demand.exceeded);
  std::vector<OpId> operations = chain.operations;
  operations.push_back(dead.id);
  std::string reason =
      fmt::format("{} crashed at {} while it held the lock, and within {} of waiting nobody got it",
                  name_of(timeline, dead), clock_text(dead.naive_until),
                  span_text(timeline.subject().recovery_bound));
  if (!chain.text.empty()) reason += ": " + chain.text;
  return violation(judged, std::move(reason), std::move(operations), period.from, demand.exceeded);
}

}  // namespace

// Waiting counts from the crash on, or from when somebody asks: the lock owes nothing before that.
Verdict judge_recovery_time(const Timeline& timeline, const Limits&) {
  const Duration bound = timeline.subject().recovery_bound;
  if (bound == kForever) return {};
  Scratch scratch;
  Waiting waiting(timeline, scratch);
  std::uint64_t judged = 0;
  for (const FreePeriod& period : free_periods(timeline, scratch)) {
    if (!begins_with_a_crash(timeline, period)) continue;
    const Demand demand = waiting.between(period.from, period.until, bound);
    if (demand.waited == Duration{}) continue;
    ++judged;
    if (demand.exceeded != kNever) return too_slow(timeline, judged, period, demand);
    if (!period.granted && demand.at_end) {
      return undecided(judged, "the run ended before the bound of recovery had passed");
    }
  }
  return {.judged = judged};
}

}  // namespace picklock
