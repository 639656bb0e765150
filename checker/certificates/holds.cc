#include "checker/certificates/holds.h"

#include <algorithm>
#include <map>

namespace picklock::certificates {

std::vector<Hold> holds_of(const Claim& claim) {
  struct Owner {
    std::vector<std::size_t> open;
    std::uint64_t permits = 0;  // at most, of a semaphore
    bool is_uncertain = false;  // something of unknown outcome may still come
  };
  const auto permits_of = [](const Operation& operation) {
    const Value argument = operation.argument;
    return argument.is_integer() ? static_cast<std::uint64_t>(argument.as_integer()) : 1;
  };
  const bool is_semaphore = claim.judgement.specification.kind == SpecificationKind::semaphore;
  std::map<std::uint32_t, Owner> owners;
  std::vector<Hold> holds;
  for (std::uint32_t i = 0; i < claim.history.operations.size(); ++i) {
    const Operation& operation = claim.at(i);
    if (!claim.is_in_cut(operation)) continue;
    const bool is_known = claim.has_returned(operation);
    if (is_known && operation.outcome == Outcome::refused) continue;
    Owner& owner = owners[operation.owner];
    const TrueTime returned = is_known ? operation.returned : kNever;
    if (operation.verb == Verb::acquire) {
      owner.open.push_back(holds.size());
      owner.permits += permits_of(operation);
      holds.push_back({.acquire = i, .earliest = operation.invoked, .since = returned});
      if (owner.is_uncertain) holds.back().until = TrueTime::min();
    } else if (operation.verb == Verb::release) {
      if (is_semaphore && !is_known && permits_of(operation) > owner.permits) continue;
      if (is_known) owner.permits -= std::min(owner.permits, permits_of(operation));
      const bool ends_all = is_semaphore || owner.is_uncertain;
      while (!owner.open.empty()) {
        Hold& hold = holds[owner.open.back()];
        hold.until = std::min(hold.until, operation.invoked);
        hold.latest = ends_all ? kNever : returned;
        owner.open.pop_back();
        if (!ends_all) break;
      }
    }
    owner.is_uncertain = owner.is_uncertain || !is_known;
  }
  return holds;
}

}  // namespace picklock::certificates
