#include "reports/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace picklock {
namespace {

TEST(UpperBound, OfNoneIsTheClosedForm) {
  for (const std::uint64_t n : {1U, 2U, 3U, 10U, 59U, 200U, 10'000U, 1'000'000U}) {
    const double exact = -std::expm1(std::log(0.05) / static_cast<double>(n));
    EXPECT_NEAR(upper_bound_95(0, n), exact, exact * 1e-9) << n;
  }
}

TEST(UpperBound, OfNoneInThreeHundredIsOnePercent) {  // the "rule of three"
  EXPECT_NEAR(upper_bound_95(0, 299), 0.00997, 0.00001);
}

// Computed by bisection over the exact binomial sum in 60-digit decimal arithmetic.
TEST(UpperBound, AgreesWithExactArithmetic) {
  EXPECT_NEAR(upper_bound_95(0, 200), 0.014867039231272, 1e-13);
  EXPECT_NEAR(upper_bound_95(1, 10), 0.394163302436505, 1e-13);
  EXPECT_NEAR(upper_bound_95(5, 10), 0.777558898991871, 1e-13);
  EXPECT_NEAR(upper_bound_95(9, 10), 0.994883803108176, 1e-13);
  EXPECT_NEAR(upper_bound_95(1, 20), 0.216106164206847, 1e-13);
  EXPECT_NEAR(upper_bound_95(10, 100), 0.163717623275815, 1e-13);
  EXPECT_NEAR(upper_bound_95(3, 1000), 0.007735244718479, 1e-13);
  EXPECT_NEAR(upper_bound_95(150, 200), 0.799826754818243, 1e-13);
}

TEST(UpperBound, OfAllIsOne) {
  EXPECT_EQ(upper_bound_95(200, 200), 1);
  EXPECT_EQ(upper_bound_95(0, 0), 1);
}

TEST(UpperBound, ReachesExactlyFivePercentOfTheTail) {
  for (const std::uint64_t n : {7U, 100U, 5'000U, 2'000'000U}) {
    for (const std::uint64_t k : {std::uint64_t{1}, n / 7, n / 2, n - 1}) {
      EXPECT_NEAR(binomial_at_most(k, n, upper_bound_95(k, n)), 0.05, 1e-8) << k << " of " << n;
    }
  }
}

TEST(Binomial, SumsTheTerms) {
  EXPECT_NEAR(binomial_at_most(0, 3, 0.5), 0.125, 1e-14);
  EXPECT_NEAR(binomial_at_most(1, 3, 0.5), 0.5, 1e-14);
  EXPECT_NEAR(binomial_at_most(2, 3, 0.5), 0.875, 1e-14);
  EXPECT_NEAR(binomial_at_most(3, 3, 0.5), 1, 1e-14);
  EXPECT_NEAR(binomial_at_most(2, 30, 0.1), 0.41135126, 1e-7);
}

TEST(SixDigits, AreWhatIsPrinted) {
  EXPECT_EQ(six_digits(0.014866912345), 0.0148669);
  EXPECT_EQ(six_digits(1.0 / 3.0), 0.333333);
  EXPECT_EQ(six_digits(0), 0);
  EXPECT_EQ(six_digits(1), 1);
}

TEST(Percent, HasTwoSignificantDigits) {
  EXPECT_EQ(percent(0, false), "0 %");
  EXPECT_EQ(percent(1, false), "100 %");
  EXPECT_EQ(percent(0.5, false), "50 %");
  EXPECT_EQ(percent(0.123, false), "12 %");
  EXPECT_EQ(percent(0.0123, false), "1.2 %");
  EXPECT_EQ(percent(0.000456, false), "0.046 %");
}

TEST(Percent, OfABoundRoundsUp) {
  EXPECT_EQ(percent(upper_bound_95(0, 200), true), "1.5 %");
  EXPECT_EQ(percent(upper_bound_95(0, 10'000), true), "0.03 %");
  EXPECT_EQ(percent(0.1201, true), "13 %");
  EXPECT_EQ(percent(1e-12, true), "0.000001 %");
}

}  // namespace
}  // namespace picklock
