// An exact probability or factor between 0 and 1: no floating point takes part in a decision.
#pragma once

#include <cstdint>
#include <numeric>

#include "base/require.h"

namespace picklock {

class Ratio {
 public:
  constexpr Ratio() = default;  // 0
  // 0 <= numerator <= denominator, denominator > 0.
  constexpr Ratio(std::uint64_t numerator, std::uint64_t denominator)
      : numerator_(numerator), denominator_(denominator) {
    require(denominator > 0 && numerator <= denominator, "a ratio lies between 0 and 1");
    const std::uint64_t common = std::gcd(numerator, denominator);
    numerator_ /= common;
    denominator_ /= common;
  }

  constexpr std::uint64_t numerator() const { return numerator_; }
  constexpr std::uint64_t denominator() const { return denominator_; }
  constexpr bool is_zero() const { return numerator_ == 0; }
  friend constexpr bool operator==(Ratio, Ratio) = default;

 private:
  std::uint64_t numerator_ = 0;
  std::uint64_t denominator_ = 1;
};

}  // namespace picklock
