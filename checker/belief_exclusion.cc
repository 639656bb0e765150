#include <fmt/core.h>

#include "checker/judges.h"
#include "checker/overlap.h"
#include "checker/phrases.h"

namespace picklock {
namespace {

// Beliefs of one client never exclude each other: it knows what it holds.
template <class Until>
Verdict judge_beliefs(const Timeline& timeline, std::uint64_t judged, Until until_of,
                      const char* why_still) {
  OverlapFinder finder;
  for (const std::uint32_t index : timeline.grants()) {
    const Hold& hold = timeline.holds()[index];
    const Interval belief{.from = hold.granted,
                          .until = until_of(hold),
                          .owner = hold.client.value(),
                          .subject = index};
    if (!finder.add(belief)) continue;
    const Overlap& overlap = finder.overlap();
    const Hold& first = timeline.holds()[overlap.earlier.subject];
    return violation(
        judged,
        fmt::format(
            "{} acquired at {} while {}, which acquired at {}, {} (until {}; together for {})",
            name_of(timeline, hold), clock_text(hold.granted), name_of(timeline, first),
            clock_text(first.granted), why_still, clock_text(overlap.earlier.until),
            span_text(overlap.until() - overlap.from())),
        {first.id, hold.id}, overlap.from(), overlap.until());
  }
  return {.judged = judged};
}

}  // namespace

Verdict judge_belief_exclusion(const Timeline& timeline, const Limits&) {
  return judge_beliefs(
      timeline, timeline.grants().size(), [](const Hold& hold) { return hold.naive_until; },
      "still believed that it held the lock");
}

// Holds without a deadline count as naive: their clients have nothing to consult.
Verdict judge_diligent_belief_exclusion(const Timeline& timeline, const Limits&) {
  std::uint64_t judged = 0;
  for (const std::uint32_t index : timeline.grants()) {
    if (timeline.holds()[index].has_deadline) ++judged;
  }
  if (judged == 0) return {};
  return judge_beliefs(
      timeline, judged, [](const Hold& hold) { return hold.diligent_until; },
      "still believed so with its deadline not yet reached");
}

}  // namespace picklock
