// What each acquire began, from its owner's own operations.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "checker/certificates/certificates.h"

namespace picklock::certificates {

// Held from `since` to `until` at least, if that is not before, and from `earliest` to `latest` at most.
struct Hold {
  std::uint32_t acquire = 0;
  TrueTime earliest{};
  TrueTime since = kNever;
  TrueTime until = kNever;
  TrueTime latest = kNever;
};

// Of every acquire in the cut that was not refused, in the order of invocation. A release ends the owner's
// last hold; all of them, where it may have released any. O(n log n).
std::vector<Hold> holds_of(const Claim& claim);

}  // namespace picklock::certificates
