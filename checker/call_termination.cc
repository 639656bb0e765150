#include <fmt/core.h>

#include <algorithm>

#include "checker/judges.h"
#include "checker/phrases.h"

namespace picklock {
namespace {

// For how long the process of the acquire was running while it waited. Pauses are looked up among all
// standstills: O(standstills), and there are few.
Duration running_time(const Timeline& timeline, const ClientOperation& acquire) {
  Duration running = acquire.waited - acquire.invoked;
  for (const Standstill& still : timeline.standstills()) {
    if (still.node != acquire.client) continue;
    const TrueTime from = std::max(still.from, acquire.invoked);
    const TrueTime until = std::min(still.until, acquire.waited);
    if (from < until) running -= until - from;
  }
  return running;
}

}  // namespace

Verdict judge_call_termination(const Timeline& timeline, const Limits&) {
  const Subject& subject = timeline.subject();
  if (subject.acquire_wait == kForever) return {};
  const Duration room = kForever - subject.acquire_wait;
  const Duration bound =
      subject.acquire_slack < room ? subject.acquire_wait + subject.acquire_slack : kForever;
  const std::uint64_t judged = timeline.acquires().size();
  for (const OpId op : timeline.acquires()) {
    const ClientOperation& acquire = *timeline.find(op);
    if (acquire.waited - acquire.invoked <= bound) continue;
    const Duration running = running_time(timeline, acquire);
    if (running <= bound) continue;
    const bool returned = acquire.returned != kNever;
    return violation(
        judged,
        fmt::format("{}, invoked at {}, {} although it promises to return within {} (running time "
                    "so far: {})",
                    describe(timeline, op), clock_text(acquire.invoked),
                    returned ? fmt::format("returned only at {}", clock_text(acquire.returned))
                             : fmt::format("had not returned at {}", clock_text(acquire.waited)),
                    span_text(bound), span_text(running)),
        {op}, acquire.invoked, acquire.waited);
  }
  return {.judged = judged};
}

}  // namespace picklock
