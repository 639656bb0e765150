// A refused acquire, although nobody can have held the lock.
#include <algorithm>

#include "checker/certificates/certificates.h"
#include "checker/certificates/holds.h"

namespace picklock::certificates {

// No hold reaches into the refusal's window: it ended before, or began after; or it would have lasted
// into the hold that was acquired next; or it had to end before the one that was released last began.
bool is_free_refusal(const Claim& claim) {
  const Operation* refusal = nullptr;
  const Operation* next = nullptr;
  const Operation* last = nullptr;
  for (const std::uint32_t place : claim.named) {
    const Operation& operation = claim.at(place);
    const bool tries = operation.outcome == Outcome::refused;
    (tries ? refusal : operation.verb == Verb::acquire ? next : last) = &operation;
    if (!claim.is_in_cut(operation) || !claim.has_returned(operation)) return false;
  }
  if (refusal == nullptr || (next != nullptr && next->invoked < refusal->returned)) return false;
  const std::vector<Hold> holds = holds_of(claim);
  const Hold* last_hold = nullptr;
  for (const Hold& hold : holds) {
    if (last != nullptr && claim.at(hold.acquire).owner == last->owner &&
        hold.until == last->invoked && hold.since <= last->invoked) {
      last_hold = &hold;
    }
  }
  return std::ranges::all_of(holds, [&](const Hold& hold) {
    const Operation& acquire = claim.at(hold.acquire);
    const bool is_own = acquire.process == refusal->process;  // and then touching is apart
    if (hold.latest < refusal->invoked || hold.earliest > refusal->returned) return true;
    if (is_own && hold.latest == refusal->invoked) return true;
    if (is_own && hold.earliest == refusal->returned) return true;
    if (next != nullptr && &acquire != next && hold.until > next->returned) return true;
    return last_hold != nullptr && last_hold->until > hold.since &&
           last_hold->since < refusal->invoked;
  });
}

}  // namespace picklock::certificates
