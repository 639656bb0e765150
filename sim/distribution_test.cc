#include "sim/distribution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/hash.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using Kind = DurationSpec::Kind;

const std::vector<DurationSpec>& all_kinds() {
  static const std::vector<DurationSpec> kinds{
      {.min = 5ms},
      {.kind = Kind::uniform, .min = 1ms, .max = 3ms},
      {.kind = Kind::exponential, .min = 1ms, .mean = 2ms},
      {.kind = Kind::log_normal, .min = 1us, .mean = 1ms, .shape_thousandths = 600},
      {.kind = Kind::pareto, .min = 50ms, .max = 30s, .shape_thousandths = 1500},
      {.kind = Kind::histogram, .buckets = {{1ms, 90}, {10ms, 9}, {1s, 1}}}};
  return kinds;
}

TEST(Distribution, DrawZeroGivesTheShortestDuration) {
  for (const DurationSpec& spec : all_kinds()) EXPECT_EQ(quantile(spec, 0), spec.min);
}

TEST(Distribution, NeverShorterThanMinNorLongerThanMaxAndMonotone) {
  for (const DurationSpec& spec : all_kinds()) {
    Duration last = spec.min;
    for (std::uint64_t i = 1; i <= 4096; ++i) {
      const std::uint64_t draw = i == 4096 ? std::numeric_limits<std::uint64_t>::max() : i << 52;
      const Duration drawn = quantile(spec, draw);
      ASSERT_GE(drawn, last) << "kind " << static_cast<int>(spec.kind) << " draw " << i;
      ASSERT_LE(drawn, spec.max);
      last = drawn;
    }
  }
}

double mean_ms(const DurationSpec& spec) {
  double sum = 0;
  constexpr int kDraws = 200'000;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    sum += static_cast<double>(quantile(spec, mix(i)).count()) / 1e6;
  }
  return sum / kDraws;
}

TEST(Distribution, MeansAreWhatTheyShouldBe) {
  EXPECT_NEAR(mean_ms({.kind = Kind::uniform, .min = 1ms, .max = 3ms}), 2.0, 0.01);
  EXPECT_NEAR(mean_ms({.kind = Kind::exponential, .min = 1ms, .mean = 2ms}), 3.0, 0.03);
  // exp(mu + sigma^2 / 2) and alpha / (alpha - 1)
  EXPECT_NEAR(mean_ms({.kind = Kind::log_normal, .mean = 1ms, .shape_thousandths = 600}),
              std::exp(0.18), 0.02);
  EXPECT_NEAR(mean_ms({.kind = Kind::pareto, .min = 1ms, .shape_thousandths = 3000}), 1.5, 0.02);
  EXPECT_NEAR(mean_ms({.kind = Kind::histogram, .buckets = {{2ms, 1}, {4ms, 1}}}), 2.0, 0.02);
}

TEST(Distribution, QuantilesMatchTheClosedForms) {
  const DurationSpec log_normal{.kind = Kind::log_normal, .mean = 1s, .shape_thousandths = 1000};
  const double at_99 = static_cast<double>(quantile(log_normal, 18262276632972456098ULL).count());
  EXPECT_NEAR(std::log(at_99 / 1e9), 2.3263, 0.003);
  const DurationSpec exponential{.kind = Kind::exponential, .mean = 1s};
  const double half = static_cast<double>(quantile(exponential, std::uint64_t{1} << 63).count());
  EXPECT_NEAR(half / 1e9, std::log(2.0), 0.0005);
}

TEST(Distribution, FixedPointLogarithmAndPower) {
  EXPECT_EQ(negative_log2(std::uint64_t{1} << 63), std::uint64_t{1} << 32);
  EXPECT_EQ(negative_log2(std::uint64_t{1} << 60), std::uint64_t{4} << 32);
  EXPECT_EQ(power_of_two(std::int64_t{10} << 32), std::uint64_t{1024} << 16);
  EXPECT_EQ(power_of_two(-(std::int64_t{1} << 32)), std::uint64_t{1} << 15);
}

}  // namespace
}  // namespace picklock
