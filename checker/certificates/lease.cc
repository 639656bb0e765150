// Leases for which there is no room one after another.
#include <algorithm>
#include <map>
#include <set>

#include "checker/certificates/certificates.h"

namespace picklock::certificates {
namespace {

struct Lease {
  TrueTime earliest{};
  TrueTime latest = kNever;
  TrueTime shown = TrueTime::min();  // invocation of the last renewal or the release that succeeded
  TrueTime given_back = kNever;      // of a release that may yet come
  bool is_renewed = false;
  bool is_released = false;
  bool is_certain = true;  // nothing of its owner's was of unknown outcome before

  // The earliest end of the hold, if it is acquired at `from`.
  TrueTime end(TrueTime from, Duration ttl) const {
    if (is_released) return shown;
    if (ttl == Duration::zero()) return shown;
    return std::min(given_back, later(is_renewed ? shown : from, ttl));
  }
};

std::vector<Lease> named_leases(const Claim& claim) {
  const std::set<std::uint32_t> named(claim.named.begin(), claim.named.end());
  std::map<std::uint32_t, Lease> present;  // by owner
  std::map<std::uint32_t, bool> is_certain;
  std::vector<Lease> leases;
  std::map<std::uint32_t, std::uint32_t> acquired;  // place, by owner
  const auto finish = [&](std::uint32_t owner) {
    if (present.contains(owner) && named.contains(acquired[owner]))
      leases.push_back(present[owner]);
    present.erase(owner);
  };
  for (std::uint32_t i = 0; i < claim.history.operations.size(); ++i) {
    const Operation& operation = claim.at(i);
    if (!claim.is_in_cut(operation)) continue;
    const std::uint32_t owner = operation.owner;
    bool& certain = is_certain.try_emplace(owner, true).first->second;
    const bool is_known = claim.has_returned(operation) && operation.outcome == Outcome::ok;
    if (operation.verb == Verb::acquire && is_known) {
      finish(owner);
      acquired[owner] = i;
      present[owner] = {
          .earliest = operation.invoked, .latest = operation.returned, .is_certain = certain};
    } else if (const auto lease = present.find(owner); lease != present.end()) {
      if (is_known) {
        lease->second.is_certain = lease->second.is_certain && certain;
        lease->second.shown = operation.invoked;
        lease->second.is_renewed = true;
        lease->second.is_released = operation.verb == Verb::release;
        if (lease->second.is_released) finish(owner);
      } else if (operation.verb == Verb::release && !claim.has_returned(operation)) {
        lease->second.given_back = std::min(lease->second.given_back, operation.invoked);
      }
    }
    certain = certain && (is_known || operation.outcome == Outcome::refused);
  }
  while (!present.empty()) finish(present.begin()->first);
  std::ranges::sort(leases, {}, &Lease::latest);
  return leases;
}

}  // namespace

// A lease contains the time from its latest beginning to its earliest end, whenever it began. If there is such a
// time for each, they come in that order, and none later than it must.
bool is_lease_overlap(const Claim& claim) {
  const Duration ttl = shortest_lease(claim.judgement.specification);
  TrueTime before = TrueTime::min();
  TrueTime begun = TrueTime::min();
  for (const Lease& lease : named_leases(claim)) {
    // One that may be no longer than an instant comes after what began before its invocation.
    const bool has_core = lease.end(lease.earliest, ttl) > lease.latest;
    if (!lease.is_certain || (!has_core && lease.earliest <= begun)) return false;
    if (before > lease.latest) return true;
    if (!has_core) return false;
    before = lease.end(std::max(before, lease.earliest), ttl);
    begun = lease.latest;
  }
  return false;
}

}  // namespace picklock::certificates
