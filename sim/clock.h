// What one clock of one node shows: a piecewise-linear, monotone or not, function of true time.
// Integer arithmetic only; rounding is downwards, so that equal inputs give equal readings everywhere.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"
#include "base/wide.h"

namespace picklock {

class Clock {
 public:
  // Shows `offset` at the start and gains `ppm` millionths.
  void reset(Duration offset, std::int32_t ppm) {
    base_true_ = TrueTime{};
    base_local_ = LocalTime{offset};
    ppm_ = ppm;
    frozen_ = false;
  }

  LocalTime at(TrueTime now) const {
    if (frozen_) return base_local_;
    const Duration elapsed = now - base_true_;
    if (ppm_ == 0) return base_local_ + elapsed;
    const Int128 gained = static_cast<Int128>(elapsed.count()) * (kMillion + ppm_) / kMillion;
    return base_local_ + Duration{static_cast<std::int64_t>(gained)};
  }

  // The first true time, from `now` on, at which the clock shows at least `shown`; kNever if frozen.
  TrueTime when(LocalTime shown, TrueTime now) const {
    if (at(now) >= shown) return now;
    if (frozen_ || shown == kNoDeadline) return kNever;
    const Int128 needed = static_cast<Int128>((shown - base_local_).count());
    const Int128 rate = kMillion + ppm_;
    const Int128 elapsed = (needed * kMillion + rate - 1) / rate;
    const Int128 limit = nanoseconds(kNever) - nanoseconds(base_true_);
    if (elapsed >= limit) return kNever;
    return base_true_ + Duration{static_cast<std::int64_t>(elapsed)};
  }

  // The true time at which it shows `duration` more than now; kNever if it never will.
  TrueTime after(Duration duration, TrueTime now) const {
    if (duration <= Duration{}) return now;
    const LocalTime shown = at(now);
    // One that was set back may show less than nothing.
    const Duration most = std::min(kNoDeadline - std::max(shown, LocalTime{}), kNever - now);
    if (duration >= most) return kNever;
    if (ppm_ == 0 && !frozen_) return now + duration;
    return when(shown + duration, now);
  }

  void step(TrueTime now, Duration by) { rebase(now, at(now) + by); }
  void set_rate(TrueTime now, std::int32_t ppm) {
    rebase(now, at(now));
    ppm_ = ppm;
  }
  void set_frozen(TrueTime now, bool frozen) {
    rebase(now, at(now));
    frozen_ = frozen;
  }
  std::int32_t ppm() const { return ppm_; }
  bool is_frozen() const { return frozen_; }

 private:
  static constexpr std::int64_t kMillion = 1'000'000;

  void rebase(TrueTime now, LocalTime shown) {
    base_true_ = now;
    base_local_ = shown;
  }

  TrueTime base_true_{};
  LocalTime base_local_{};
  std::int32_t ppm_ = 0;
  bool frozen_ = false;
};

}  // namespace picklock
