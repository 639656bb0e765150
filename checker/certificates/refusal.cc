// A refused acquire, although nobody can have held the lock.
#include <algorithm>

#include "checker/certificates/certificates.h"
#include "checker/certificates/holds.h"

namespace picklock::certificates {

// A hold matters if it is a writer's, or if a writer was refused. To reach into the refusal's window it has to begin by
// the end of that and end after its beginning; and to come after or before each core that excludes it, with an
// instant of the window, and its own core if it has one, on that side.
bool is_free_refusal(const Claim& claim) {
  const SpecificationKind kind = claim.judgement.specification.kind;
  const bool has_owners = kind != SpecificationKind::mutex &&
                          kind != SpecificationKind::semaphore && kind != SpecificationKind::lease;
  const auto named = std::ranges::find_if(claim.named, [&](std::uint32_t place) {
    const Operation& operation = claim.at(place);
    return claim.is_in_cut(operation) && claim.has_returned(operation) &&
           operation.verb == Verb::acquire && operation.outcome == Outcome::refused;
  });
  if (named == claim.named.end() || !has_owners) return false;
  const Operation& refusal = claim.at(*named);
  const auto writes = [&](const Operation& acquire) {
    return kind != SpecificationKind::rw_lock || acquire.mode == Mode::exclusive;
  };
  const std::vector<Hold> holds = holds_of(claim);
  return std::ranges::all_of(holds, [&](const Hold& hold) {
    const Operation& acquire = claim.at(hold.acquire);
    const bool is_own = acquire.process == refusal.process;  // and then touching is apart
    if (!writes(refusal) && !writes(acquire)) return true;
    if (hold.latest < refusal.invoked || hold.earliest > refusal.returned) return true;
    if (is_own && (hold.latest == refusal.invoked || hold.earliest == refusal.returned))
      return true;
    return std::ranges::any_of(holds, [&](const Hold& other) {
      const bool has_core = other.since <= other.until && other.since != kNever;
      const bool excludes = writes(acquire) || writes(claim.at(other.acquire));
      if (&other == &hold || !has_core || !excludes) return false;
      const bool fits_after = other.until <= refusal.returned && other.until <= hold.since;
      const bool fits_before = hold.until <= other.since && refusal.invoked <= other.since;
      return !fits_after && !fits_before;
    });
  });
}

}  // namespace picklock::certificates
