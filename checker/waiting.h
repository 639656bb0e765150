// When nobody believes to hold the lock, and for how long somebody waits for it meanwhile.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"
#include "checker/scratch.h"
#include "checker/timeline.h"

namespace picklock {

// A maximal interval in which no live client believes that it holds the lock.
struct FreePeriod {
  TrueTime from{};
  TrueTime until{};                // the next grant, or the end of the run
  std::uint32_t after = kNoIndex;  // the hold whose belief ended last, in holds()
  bool granted = false;            // it ended with a grant
};

// In the order of time. O(grants).
ScratchVector<FreePeriod> free_periods(const Timeline& timeline, Scratch& scratch);

// What waiting there is in one interval.
struct Demand {
  Duration waited{};           // for how long at least one live, running client waited
  TrueTime exceeded = kNever;  // when that came to more than the bound
  TrueTime from = kNever;      // when the waiting began
  bool at_end = false;         // somebody still waited at the interval's end
};

// Answers for intervals that are asked for in the order of time: O(acquires + intervals) altogether,
// O(acquires * standstills) more where processes were paused or crashed.
class Waiting {
 public:
  Waiting(const Timeline& timeline, Scratch& scratch);

  Demand between(TrueTime from, TrueTime until, Duration bound);

 private:
  struct Piece {
    TrueTime from{};
    TrueTime until{};
  };
  void cut_standstills(const Timeline& timeline, Scratch& scratch);

  ScratchVector<Piece> pieces_;  // disjoint, in the order of time
  std::size_t next_ = 0;
};

}  // namespace picklock
