// Draws a duration from a distribution by portable integer arithmetic: no floating point, no <random>.
// Every function is monotone in its draw, and draw 0 gives the shortest duration.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "base/wide.h"
#include "scenarios/scenario.h"
#include "sim/choices.h"

namespace picklock {

// The quantile at draw / 2^64. Relative error of the continuous distributions below 1e-3 within the
// central 1 - 1e-6 of the probability (the normal quantile is Abramowitz and Stegun 26.2.23).
Duration quantile(const DurationSpec& spec, std::uint64_t draw);

// The quantile of the uniform distribution on [min, max].
inline Duration uniform_quantile(Duration min, Duration max, std::uint64_t draw) {
  const auto range = static_cast<std::uint64_t>((max - min).count()) + 1;
  const Uint128 place = static_cast<Uint128>(draw) * range;
  return min + Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(place >> 64))};
}

// One draw from the distribution. A constant is no decision: nothing is drawn for it.
inline Duration draw_duration(Choices& choices, Stream& stream, const DurationSpec& spec) {
  if (spec.kind == DurationSpec::Kind::constant) return spec.min;
  const std::uint64_t draw = choices.draw(stream);
  return quantile(spec, draw);
}

// Exposed for tests: -log2(x / 2^64) as a fixed-point number with 32 fractional bits; x > 0.
std::uint64_t negative_log2(std::uint64_t x);
// 2^(x / 2^32) as a fixed-point number with 16 fractional bits, saturating at 2^62.
std::uint64_t power_of_two(std::int64_t x);

}  // namespace picklock
