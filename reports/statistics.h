// Error bounds of observed rates. Only +, -, *, / of IEEE doubles: no function of a mathematics library
// takes part, so every compiler and machine gets the same digits.
#pragma once

#include <cstdint>
#include <string>

namespace picklock {

// The largest rate that `violated` of `runs` does not refute at the 95 % level, one-sided:
// the p with P(X <= violated | runs, p) = 0.05. 1 when violated == runs (so for runs == 0 too).
// Relative error below 1e-9 up to 10^9 runs. O(sqrt(runs)) for each of 60 bisection steps.
// Source: Clopper and Pearson, Biometrika 26 (1934).
double upper_bound_95(std::uint64_t violated, std::uint64_t runs);

// The two-sided interval of Clopper and Pearson at the 95 % level: each end leaves 2.5 %. violated <= runs, runs > 0.
struct RateInterval {
  double low = 0;
  double high = 1;
};
RateInterval interval_95(std::uint64_t violated, std::uint64_t runs);

// P(X <= k) for n independent trials of probability p, 0 < p < 1, k <= n.
double binomial_at_most(std::uint64_t k, std::uint64_t n, double p);

// Six significant digits, which absorb what is left of rounding: 0.014867.
double six_digits(double value);

// "0 %", "1.5 %", "0.0042 %", "100 %": two significant digits below 10 %, whole percent above. Rounded
// up when `up`, as a bound must be.
std::string percent(double rate, bool up);
// The same rounded down, as the lower end of an interval must be.
std::string percent_down(double rate);

}  // namespace picklock
