#include "reports/statistics.h"

#include <fmt/core.h>

#include <charconv>

#include "base/require.h"

namespace picklock {
namespace {

constexpr double kLn2 = 0.693147180559945309417232121458;
constexpr double kLnSqrt2Pi = 0.918938533204672741780329736406;

// Natural logarithm of x > 0: x = m * 2^e with m near 1, and ln m by the series of atanh.
double natural_log(double x) {
  double exponent = 0;
  while (x > 1.4142135623730951) {
    x /= 2;
    exponent += 1;
  }
  while (x < 0.7071067811865476) {
    x *= 2;
    exponent -= 1;
  }
  const double s = (x - 1) / (x + 1);
  const double square = s * s;
  double sum = 0;
  for (int k = 41; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return exponent * kLn2 + 2 * s * sum;
}

// e^x for x <= 0; 0 where it is below any probability of interest.
double exponential(double x) {
  if (x < -700) return 0;
  int halvings = 0;
  while (x < -0.5) {
    x /= 2;
    ++halvings;
  }
  double sum = 1;
  for (int k = 18; k >= 1; --k) sum = 1 + sum * x / k;
  for (; halvings > 0; --halvings) sum *= sum;
  return sum;
}

// What Stirling's formula leaves of ln n!: ln n! - (n + 1/2) ln n + n - ln sqrt(2 pi), n >= 1.
double stirling_error(std::uint64_t n) {
  const auto x = static_cast<double>(n);
  if (n < 16) {
    double product = 1;
    for (std::uint64_t i = 2; i <= n; ++i) product *= static_cast<double>(i);
    return natural_log(product) - (x + 0.5) * natural_log(x) + x - kLnSqrt2Pi;
  }
  const double square = x * x;
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * square)) / square) / square) / x;
}

// x ln(x / mean) + mean - x.
double deviance(double x, double mean) {
  return x * natural_log(x / mean) + mean - x;
}

// P(X = k). Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000): the
// large terms of the three factorials cancel before they are rounded.
double binomial_exactly(std::uint64_t k, std::uint64_t n, double p) {
  const auto trials = static_cast<double>(n);
  if (k == 0) return exponential(trials * natural_log(1 - p));
  if (k == n) return exponential(trials * natural_log(p));
  const auto hits = static_cast<double>(k);
  const auto misses = static_cast<double>(n - k);
  const double log_scale = stirling_error(n) - stirling_error(k) - stirling_error(n - k) -
                           deviance(hits, trials * p) - deviance(misses, trials * (1 - p));
  const double log_root = kLnSqrt2Pi + (natural_log(hits) + natural_log(misses / trials)) / 2;
  return exponential(log_scale - log_root);
}

}  // namespace

double binomial_at_most(std::uint64_t k, std::uint64_t n, double p) {
  require(k <= n && p > 0 && p < 1, "a binomial distribution has 0 < p < 1 and k <= n");
  // From the largest term downwards; it falls geometrically where it matters (k below the mean).
  double term = binomial_exactly(k, n, p);
  double sum = term;
  for (std::uint64_t j = k; j > 0 && term > sum * 1e-17; --j) {
    term *= static_cast<double>(j) / static_cast<double>(n - j + 1) * ((1 - p) / p);
    sum += term;
  }
  return sum < 1 ? sum : 1;
}

namespace {

// The largest p with P(X <= violated | runs, p) > tail.
double upper_end(std::uint64_t violated, std::uint64_t runs, double tail) {
  require(violated <= runs, "more violated runs than runs");
  if (violated == runs) return 1;
  double low = static_cast<double>(violated) / static_cast<double>(runs);
  double high = 1;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    if (middle <= 0 || middle >= 1) break;
    (binomial_at_most(violated, runs, middle) > tail ? low : high) = middle;
  }
  return high;
}

}  // namespace

double upper_bound_95(std::uint64_t violated, std::uint64_t runs) {
  return upper_end(violated, runs, 0.05);
}

RateInterval interval_95(std::uint64_t violated, std::uint64_t runs) {
  require(runs > 0, "no interval without a run");
  // P(X >= k | p) is P(n - X <= n - k | 1 - p).
  return {.low = 1 - upper_end(runs - violated, runs, 0.025),
          .high = upper_end(violated, runs, 0.025)};
}

double six_digits(double value) {
  const std::string text = fmt::format("{:.6g}", value);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

namespace {

enum class Rounding : std::uint8_t { nearest, up, down };

std::string percent_text(double rate, Rounding rounding) {
  const bool up = rounding == Rounding::up;
  require(rate >= 0 && rate <= 1, "a rate lies between 0 and 1");
  // In units of 10^-6 percent and in integers from here on.
  const double exact = six_digits(rate * 1e8);
  auto units = static_cast<std::uint64_t>(exact);
  if (up && static_cast<double>(units) < exact) ++units;
  if (units == 0) return up && rate > 0 ? "0.000001 %" : "0 %";
  std::uint64_t step = 1;  // the place of the second digit, or of a whole percent
  while (units / step >= 100 && step < 1'000'000) step *= 10;
  const std::uint64_t added = up ? step - 1 : rounding == Rounding::down ? 0 : step / 2;
  units = (units + added) / step * step;
  std::string text = fmt::format("{}.{:06}", units / 1'000'000, units % 1'000'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " %";
}

}  // namespace

std::string percent(double rate, bool up) {
  return percent_text(rate, up ? Rounding::up : Rounding::nearest);
}

std::string percent_down(double rate) {
  return percent_text(rate, Rounding::down);
}

}  // namespace picklock
