// The first overlap of intervals that belong to different owners.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "checker/timeline.h"

namespace picklock {

struct Interval {
  TrueTime from{};
  TrueTime until{};           // not included
  std::uint32_t owner = 0;    // intervals of one owner may overlap
  std::uint32_t subject = 0;  // whatever the caller wants to know it by
};

struct Overlap {
  Interval earlier;  // began no later than `later`
  Interval later;
  TrueTime from() const { return later.from; }
  TrueTime until() const { return std::min(earlier.until, later.until); }
};

// Takes intervals in the order of `from` and finds the first that begins inside one of another owner.
// Constant space: it is enough to remember the interval that ends last, and the one that ends last
// among those of other owners.
class OverlapFinder {
 public:
  // True when `next` overlaps an earlier one; overlap() then tells which. Empty intervals never do.
  bool add(const Interval& next) {
    if (next.from >= next.until) return false;
    const Interval& rival = last_.owner == next.owner ? other_ : last_;
    if (next.from < rival.until) {
      overlap_ = {.earlier = rival, .later = next};
      return true;
    }
    if (next.owner == last_.owner) {
      if (next.until > last_.until) last_ = next;
    } else if (next.until > last_.until) {
      other_ = last_;
      last_ = next;
    } else if (next.until > other_.until) {
      other_ = next;
    }
    return false;
  }

  const Overlap& overlap() const { return overlap_; }

 private:
  Interval last_{.from = TrueTime::min(), .until = TrueTime::min(), .owner = kNoIndex};
  Interval other_{.from = TrueTime::min(), .until = TrueTime::min(), .owner = kNoIndex};
  Overlap overlap_;
};

}  // namespace picklock
