// The three kinds of time. Durations are signed 64-bit nanoseconds.
//
// TrueTime is what happened: only the world and the judges see it. LocalTime is what one clock of one
// process shows: all that a lock ever sees. Subtracting or comparing one with the other does not
// compile. Both count from the start of the run, so that a healthy clock shows LocalTime equal to the
// TrueTime of the same instant; a wall clock's calendar date is the business of whoever prints it.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace picklock {

using Duration = std::chrono::nanoseconds;

struct TrueClock {
  using duration = Duration;
};
struct LocalClock {
  using duration = Duration;
};

using TrueTime = std::chrono::time_point<TrueClock, Duration>;
using LocalTime = std::chrono::time_point<LocalClock, Duration>;

// "Never": later than every instant that a run can reach.
inline constexpr Duration kForever = Duration::max();
inline constexpr TrueTime kNever = TrueTime::max();
inline constexpr LocalTime kNoDeadline = LocalTime::max();

constexpr std::int64_t nanoseconds(Duration d) {
  return d.count();
}
constexpr std::int64_t nanoseconds(TrueTime t) {
  return t.time_since_epoch().count();
}
constexpr std::int64_t nanoseconds(LocalTime t) {
  return t.time_since_epoch().count();
}
constexpr TrueTime true_time(std::int64_t ns) {
  return TrueTime{Duration{ns}};
}
constexpr LocalTime local_time(std::int64_t ns) {
  return LocalTime{Duration{ns}};
}

// Whole milliseconds, rounded down: the unit of Redis and ZooKeeper on the wire.
constexpr std::int64_t milliseconds(Duration d) {
  return std::chrono::floor<std::chrono::milliseconds>(d).count();
}

}  // namespace picklock
