#include <fmt/core.h>

#include "checker/judges.h"
#include "checker/phrases.h"

namespace picklock {
namespace {

bool still_waits(const Timeline& timeline, OpId op, TrueTime at) {
  const ClientOperation* acquire = timeline.find(op);
  return acquire != nullptr && acquire->waited > at;
}

}  // namespace

// Walks wake-ups and grants together. A grant of the same instant as a wake-up counts as between.
Verdict judge_single_wake_up(const Timeline& timeline, const Limits&) {
  const auto grants = timeline.grants();
  const std::uint64_t judged = timeline.wake_ups().size();
  const WakeUp* awake = nullptr;  // a waiter that was woken and still is to try
  TrueTime last_grant = TrueTime::min();
  std::size_t next = 0;
  for (const WakeUp& wake_up : timeline.wake_ups()) {
    for (; next < grants.size() && timeline.holds()[grants[next]].granted <= wake_up.at; ++next) {
      last_grant = timeline.holds()[grants[next]].granted;
    }
    if (!still_waits(timeline, wake_up.op, wake_up.at)) continue;
    const bool settled = awake == nullptr || last_grant >= awake->at ||
                         !still_waits(timeline, awake->op, wake_up.at);
    if (settled) {
      awake = &wake_up;
    } else if (awake->op != wake_up.op) {
      return violation(judged,
                       fmt::format("{} was woken at {} although {}, woken at {}, was still to try",
                                   describe(timeline, wake_up.op), clock_text(wake_up.at),
                                   describe(timeline, awake->op), clock_text(awake->at)),
                       {awake->op, wake_up.op}, awake->at, wake_up.at);
    }
  }
  return {.judged = judged};
}

}  // namespace picklock
