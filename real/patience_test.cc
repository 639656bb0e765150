// Facts about how long a process is waited for.
#include "real/patience.h"

#include <gtest/gtest.h>

#include <optional>

namespace picklock {
namespace {

using namespace std::chrono_literals;

TEST(Patience, CountsAllTheTimeWhenEveryThreadHasACore) {
  EXPECT_EQ(share_of(10ms, 0, 2), 10ms);
  EXPECT_EQ(share_of(10ms, 1, 2), 10ms);
  EXPECT_EQ(share_of(10ms, 2, 2), 10ms);
}

TEST(Patience, CountsTheShareOfOneThreadWhenThereAreMoreThanCores) {
  EXPECT_EQ(share_of(10ms, 4, 2), 5ms);
  EXPECT_EQ(share_of(12ms, 48, 2), 500us);
  EXPECT_EQ(share_of(10ms, 10, 1), 1ms);
}

TEST(Patience, ReadsHowManyThreadsWantACore) {
  EXPECT_EQ(runnable_threads("0.47 1.68 2.42 3/228 6553\n"), 3U);
  EXPECT_EQ(runnable_threads("20.74 57.45 49.08 125/1228 6553"), 125U);
  EXPECT_EQ(runnable_threads(""), std::nullopt);
  EXPECT_EQ(runnable_threads("0.47 1.68 2.42"), std::nullopt);
  EXPECT_EQ(runnable_threads("0.47 1.68 2.42 3 228 6553"), std::nullopt);
  EXPECT_EQ(runnable_threads("0.47 1.68 2.42 many/228 6553"), std::nullopt);
}

TEST(Patience, EndsWhenNothingComes) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(becomes_true([] { return false; }, 20ms));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 20ms);
}

TEST(Patience, LooksUntilItIsTrue) {
  int looks = 0;
  EXPECT_TRUE(becomes_true([&] { return ++looks == 3; }));
  EXPECT_EQ(looks, 3);
}

}  // namespace
}  // namespace picklock
