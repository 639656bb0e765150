#include "sim/clock.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

TrueTime at(Duration since_start) {
  return TrueTime{since_start};
}

Clock healthy() {
  Clock clock;
  clock.reset(0s, 0);
  return clock;
}

TEST(Clock, AHealthyClockShowsTrueTime) {
  EXPECT_EQ(healthy().at(at(5s)), LocalTime{5s});
}

TEST(Clock, AFastClockGains) {
  Clock clock;
  clock.reset(0s, 100'000);  // ten per cent
  EXPECT_EQ(clock.at(at(10s)), LocalTime{11s});
}

TEST(Clock, AStepMovesWhatItShowsAtOnce) {
  Clock clock = healthy();
  clock.step(at(5s), -2s);
  EXPECT_EQ(clock.at(at(5s)), LocalTime{3s});
  EXPECT_EQ(clock.at(at(6s)), LocalTime{4s});
}

TEST(Clock, AFrozenClockNeverShowsLater) {
  Clock clock = healthy();
  clock.set_frozen(at(5s), true);
  EXPECT_EQ(clock.at(at(100s)), LocalTime{5s});
  EXPECT_EQ(clock.when(LocalTime{6s}, at(5s)), kNever);
  clock.set_frozen(at(100s), false);
  EXPECT_EQ(clock.when(LocalTime{6s}, at(100s)), at(101s));
}

TEST(Clock, WhenIsTheFirstInstantThatShowsIt) {
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const auto ppm = static_cast<std::int32_t>(mix(i) % 1'800'000) - 900'000;
    Clock clock;
    clock.reset(Duration{static_cast<std::int64_t>(mix(i + 1) % 1'000'000'000)}, ppm);
    const LocalTime shown{Duration{static_cast<std::int64_t>(mix(i + 2) % 100'000'000'000)}};
    const TrueTime when = clock.when(shown, TrueTime{});
    ASSERT_GE(clock.at(when), shown);
    if (when > TrueTime{}) {
      ASSERT_LT(clock.at(when - Duration{1}), shown) << "ppm " << ppm;
    }
  }
}

}  // namespace
}  // namespace picklock
