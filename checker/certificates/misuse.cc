// What one owner did, alone: others cannot make a release succeed, or let it in deeper than its limit.
#include "checker/certificates/certificates.h"
#include "checker/plain_object.h"

namespace picklock::certificates {

// The owner's operations follow one another, so there is one order to try. Only refused acquires may have met
// somebody else; where the owner held the lock, nobody can have.
bool is_misuse(const Claim& claim) {
  const Specification& specification = claim.judgement.specification;
  if (claim.named.empty() || specification.kind == SpecificationKind::mutex) return false;
  const std::uint32_t owner = claim.at(claim.named.front()).owner;
  PlainObject object(claim.history.values, specification);
  std::uint64_t depth = 0;
  TrueTime free_at = TrueTime::min();
  for (const Operation& operation : claim.history.operations) {
    if (operation.owner != owner || !claim.is_in_cut(operation)) continue;
    if (operation.invoked < free_at) return false;
    free_at = claim.has_returned(operation) ? operation.returned : kNever;
    if (free_at == kNever) continue;
    const bool is_refused = operation.outcome == Outcome::refused;
    const bool may_meet_others = operation.verb == Verb::acquire && depth == 0;
    if (is_refused && may_meet_others) continue;
    if (!object.apply(operation, PlainObject::Demand::recorded)) return true;
    if (is_refused) continue;
    if (operation.verb == Verb::acquire) ++depth;
    if (operation.verb == Verb::release) --depth;
  }
  return false;
}

}  // namespace picklock::certificates
