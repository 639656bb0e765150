#include <fmt/core.h>

#include "checker/judges.h"
#include "checker/phrases.h"

namespace picklock {
namespace {

// The hold under which the operation ran, or none.
OpId hold_of(const Timeline& timeline, OpId op) {
  const ClientOperation* operation = timeline.find(op);
  return operation == nullptr ? OpId{} : operation->hold;
}

Verdict removed_by_another(const Timeline& timeline, std::uint64_t judged, const Removal& removal) {
  const Hold& owner = timeline.holds()[removal.hold];
  const ClientOperation* culprit = timeline.find(removal.op);
  const std::string who =
      culprit == nullptr ? "an operation of another hold" : describe(timeline, removal.op);
  return violation(
      judged,
      fmt::format("{} took the lock on {} away from {} at {}", who, timeline.name(removal.server),
                  name_of(timeline, owner), clock_text(removal.at)),
      {owner.id, hold_of(timeline, removal.op), removal.op}, removal.at, removal.at);
}

}  // namespace

Verdict judge_release_safety(const Timeline& timeline, const Limits&) {
  std::uint64_t judged = 0;
  const Removal* found = nullptr;
  for (const Removal& removal : timeline.removals()) {
    if (removal.cause == Cause::released) ++judged;
    if (removal.cause != Cause::deleted && removal.cause != Cause::overwritten) continue;
    ++judged;
    const OpId by = hold_of(timeline, removal.op);
    if (found == nullptr && by != timeline.holds()[removal.hold].id) found = &removal;
  }
  if (found != nullptr) return removed_by_another(timeline, judged, *found);
  return {.judged = judged};
}

}  // namespace picklock
