// Holds that meet at one instant, too many for the lock; tokens of holds in the wrong order.
#include <algorithm>
#include <set>

#include "checker/certificates/certificates.h"
#include "checker/certificates/holds.h"

namespace picklock::certificates {
namespace {

std::vector<Hold> named_holds(const Claim& claim) {
  const std::set<std::uint32_t> named(claim.named.begin(), claim.named.end());
  std::vector<Hold> holds = holds_of(claim);
  std::erase_if(holds, [&](const Hold& hold) { return !named.contains(hold.acquire); });
  return holds;
}

}  // namespace

// Intervals that meet pairwise, if only at an instant of one inside of the other, have an instant in common.
bool is_overlap(const Claim& claim) {
  const Specification& specification = claim.judgement.specification;
  if (specification.kind == SpecificationKind::mutex) return false;  // it has no owners
  const bool is_semaphore = specification.kind == SpecificationKind::semaphore;
  std::uint64_t permits = 0;
  bool has_writer = false;
  std::set<std::uint32_t> owners;
  const std::vector<Hold> holds = named_holds(claim);
  for (const Hold& hold : holds) {
    const Operation& acquire = claim.at(hold.acquire);
    const Value argument = acquire.argument;
    has_writer = has_writer || acquire.mode == Mode::exclusive;
    permits += argument.is_integer() ? static_cast<std::uint64_t>(argument.as_integer()) : 1;
    owners.insert(acquire.owner);
    const bool meets_all = std::ranges::all_of(holds, [&](const Hold& other) {
      return &other == &hold ? hold.since <= hold.until : hold.since < other.until;
    });
    if (!meets_all) return false;
  }
  if (holds.size() != claim.named.size()) return false;
  if (is_semaphore) return permits > specification.permits;
  return has_writer && owners.size() == holds.size() && holds.size() > 1;
}

bool is_fence_inversion(const Claim& claim) {
  const std::vector<Hold> holds = named_holds(claim);
  if (holds.size() != 2 || claim.named.size() != 2) return false;
  const auto inverts = [&](const Hold& first, const Hold& second) {
    const Value before = claim.at(first.acquire).result;
    const Value after = claim.at(second.acquire).result;
    return before.is_integer() && after.is_integer() && before.as_integer() >= after.as_integer() &&
           second.until >= first.since && first.since <= second.since && second.since != kNever;
  };
  return inverts(holds[0], holds[1]) || inverts(holds[1], holds[0]);
}

}  // namespace picklock::certificates
