// Long computations that somebody else may stop.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "checker/verdict.h"

namespace picklock {

// Thrown where a computation was stopped, and caught by who would have had its result: nothing is known.
struct Interrupted {};
inline constexpr const char* kInterrupted = "it was interrupted";

// Looks at a watch every few thousand small steps, within a millisecond or two.
class Pace {
 public:
  explicit Pace(Watch* watch) : watch_(watch) {}

  void step() {
    constexpr std::uint32_t kBetweenLooks = 4096;
    if (++steps_ % kBetweenLooks == 0 && watch_ != nullptr && !watch_->go_on(0)) {
      throw Interrupted{};
    }
  }

 private:
  Watch* watch_;
  std::uint32_t steps_ = 0;
};

// std::ranges::sort, which may be interrupted; the order of what was sorted so far is lost then.
template <class Range, class Less = std::ranges::less, class Projection = std::identity>
void sort_at(Pace& pace, Range& range, Less less = {}, Projection projection = {}) {
  std::ranges::sort(
      range,
      [&](const auto& a, const auto& b) {
        pace.step();
        return less(a, b);
      },
      projection);
}

}  // namespace picklock
