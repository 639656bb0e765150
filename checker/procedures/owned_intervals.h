// Intervals of time that have owners: does anybody else's meet this one?
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/time.h"
#include "checker/pace.h"
#include "checker/timeline.h"

namespace picklock {

struct OwnedInterval {
  TrueTime from{};
  TrueTime until{};  // included
  std::uint32_t owner = 0;
};

// O(n log n) to make, O(log n) to ask.
class OwnedIntervals {
 public:
  OwnedIntervals() = default;
  OwnedIntervals(std::vector<OwnedInterval> intervals, Pace& pace)
      : intervals_(std::move(intervals)) {
    sort_at(pace, intervals_, std::ranges::less{}, &OwnedInterval::from);
    Reach reach;
    for (const OwnedInterval& interval : intervals_) {
      if (interval.owner == reach.owner) {
        reach.until = std::max(reach.until, interval.until);
      } else if (interval.until > reach.until) {
        reach.others_until = reach.until;
        reach.until = interval.until;
        reach.owner = interval.owner;
      } else {
        reach.others_until = std::max(reach.others_until, interval.until);
      }
      reach_.push_back(reach);
    }
  }

  // Whether one of an owner but `owner` has an instant of [from, until].
  bool meet(TrueTime from, TrueTime until, std::uint32_t owner) const {
    const auto end = std::ranges::upper_bound(intervals_, until, {}, &OwnedInterval::from);
    if (from > until || end == intervals_.begin()) return false;
    const Reach& reach = reach_[static_cast<std::size_t>(end - intervals_.begin() - 1)];
    return (reach.owner == owner ? reach.others_until : reach.until) >= from;
  }

 private:
  // How far those up to one of them extend.
  struct Reach {
    TrueTime until = TrueTime::min();
    TrueTime others_until = TrueTime::min();  // of all owners but this one:
    std::uint32_t owner = kNoIndex;
  };
  std::vector<OwnedInterval> intervals_;
  std::vector<Reach> reach_;
};

}  // namespace picklock
