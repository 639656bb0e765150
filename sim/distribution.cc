#include "sim/distribution.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "base/require.h"
#include "base/wide.h"

namespace picklock {
namespace {

using Wide = Uint128;

constexpr std::uint64_t kOne32 = std::uint64_t{1} << 32;
constexpr std::uint64_t kLn2 = 2'977'044'472;  // ln 2 with 32 fractional bits

// floor(draw * range / 2^64)
std::uint64_t scale(std::uint64_t draw, std::uint64_t range) {
  return static_cast<std::uint64_t>(static_cast<Wide>(draw) * range >> 64);
}

// log2(1 + i / 1024) with 32 fractional bits, by repeated squaring.
constexpr std::array<std::uint64_t, 1025> kLogTable = [] {
  std::array<std::uint64_t, 1025> table{};
  for (std::uint64_t i = 0; i < 1024; ++i) {
    Wide y = (Wide{1} << 62) + (static_cast<Wide>(i) << 52);
    std::uint64_t log = 0;
    for (int bit = 31; bit >= 0; --bit) {
      y = y * y >> 62;
      if (y >= Wide{1} << 63) {
        log |= std::uint64_t{1} << bit;
        y >>= 1;
      }
    }
    table[i] = log;
  }
  table[1024] = kOne32;
  return table;
}();

constexpr std::uint64_t square_root(Wide x) {
  Wide low = 0;
  Wide high = Wide{1} << 64;
  while (high - low > 1) {
    const Wide middle = (low + high) / 2;
    (middle * middle <= x ? low : high) = middle;
  }
  return static_cast<std::uint64_t>(low);
}

// 2^(1/2), 2^(1/4), 2^(1/8), ... with 62 fractional bits.
constexpr std::array<std::uint64_t, 32> kRoots = [] {
  std::array<std::uint64_t, 32> roots{};
  Wide value = Wide{2} << 62;
  for (auto& root : roots) {
    root = square_root(value << 62);
    value = root;
  }
  return roots;
}();

Duration at_most(const DurationSpec& spec, Wide nanoseconds_drawn) {
  constexpr Wide kLongest = static_cast<Wide>(std::numeric_limits<std::int64_t>::max() / 4);
  const Duration drawn{static_cast<std::int64_t>(std::min(nanoseconds_drawn, kLongest))};
  return std::min(spec.max, drawn);
}

Duration exponential(const DurationSpec& spec, std::uint64_t draw) {
  const std::uint64_t log = negative_log2(~draw);  // ~draw / 2^64 is the share that lies above
  const Wide nats = static_cast<Wide>(log) * kLn2 >> 32;
  const Wide extra = nats * static_cast<Wide>(spec.mean.count()) >> 32;
  return at_most(spec, static_cast<Wide>(spec.min.count()) + extra);
}

Duration pareto(const DurationSpec& spec, std::uint64_t draw) {
  const Wide exponent = static_cast<Wide>(negative_log2(~draw)) * 1000 / spec.shape_thousandths;
  const auto capped = static_cast<std::int64_t>(std::min<Wide>(exponent, Wide{60} << 32));
  const std::uint64_t factor = power_of_two(capped);
  return at_most(spec, static_cast<Wide>(spec.min.count()) * factor >> 16);
}

// The standard normal quantile at draw / 2^64, with 32 fractional bits.
std::int64_t normal_quantile(std::uint64_t draw) {
  const bool low = draw < (std::uint64_t{1} << 63);
  const std::uint64_t tail = std::max<std::uint64_t>(1, low ? draw : ~draw);
  const Wide nats = static_cast<Wide>(negative_log2(tail)) * kLn2 >> 32;
  const auto t = static_cast<Int128>(square_root(nats * 2 << 32));
  // t - (c0 + c1 t + c2 t^2) / (1 + d1 t + d2 t^2 + d3 t^3), all with 32 fractional bits
  constexpr Int128 kC0 = 10'803'168'738;
  constexpr Int128 kC1 = 3'448'225'137;
  constexpr Int128 kC2 = 44'358'417;
  constexpr Int128 kD1 = 6'153'642'405;
  constexpr Int128 kD2 = 813'163'131;
  constexpr Int128 kD3 = 5'617'818;
  const Int128 t2 = t * t >> 32;
  const Int128 t3 = t2 * t >> 32;
  const Int128 above = kC0 + (kC1 * t >> 32) + (kC2 * t2 >> 32);
  const Int128 below = (Int128{1} << 32) + (kD1 * t >> 32) + (kD2 * t2 >> 32) + (kD3 * t3 >> 32);
  const Int128 z = t - (above << 32) / below;
  return static_cast<std::int64_t>(low ? -z : z);
}

Duration log_normal(const DurationSpec& spec, std::uint64_t draw) {
  constexpr Int128 kLog2E = 6'196'328'019;  // 1 / ln 2 with 32 fractional bits
  const Int128 sigma_z = static_cast<Int128>(normal_quantile(draw)) * spec.shape_thousandths / 1000;
  const Int128 exponent = sigma_z * kLog2E >> 32;
  const std::uint64_t factor = power_of_two(static_cast<std::int64_t>(exponent));
  const Wide part = static_cast<Wide>(spec.mean.count()) * factor >> 16;
  return at_most(spec, static_cast<Wide>(spec.min.count()) + part);
}

Duration histogram(const DurationSpec& spec, std::uint64_t draw) {
  std::uint64_t total = 0;
  for (const auto& [bound, weight] : spec.buckets) total += weight;
  const Wide place = static_cast<Wide>(draw) * total;
  std::uint64_t rest = static_cast<std::uint64_t>(place >> 64);
  Duration below = spec.min;
  for (const auto& [bound, weight] : spec.buckets) {
    if (rest < weight) {
      // Where inside the bucket: the bucket's part of the range of draws, stretched to all of it.
      const Wide inside =
          ((static_cast<Wide>(rest) << 64) | static_cast<std::uint64_t>(place)) / weight;
      const auto width = static_cast<std::uint64_t>((bound - below).count());
      return below +
             Duration{static_cast<std::int64_t>(scale(static_cast<std::uint64_t>(inside), width))};
    }
    rest -= weight;
    below = bound;
  }
  return below;
}

}  // namespace

std::uint64_t negative_log2(std::uint64_t x) {
  if (x == 0) x = 1;
  const int zeros = std::countl_zero(x);
  const std::uint64_t mantissa = x << zeros << 1;  // the bits after the leading one
  const std::uint64_t index = mantissa >> 54;
  const std::uint64_t fraction = (mantissa >> 22) & (kOne32 - 1);
  const std::uint64_t low = kLogTable[index];
  const std::uint64_t log = low + ((kLogTable[index + 1] - low) * fraction >> 32);
  return (static_cast<std::uint64_t>(zeros) + 1) * kOne32 - log;
}

std::uint64_t power_of_two(std::int64_t x) {
  const std::int64_t whole = x >> 32;
  if (whole >= 46) return std::uint64_t{1} << 62;
  if (whole < -17) return 0;
  std::uint64_t product = std::uint64_t{1} << 62;
  const auto fraction = static_cast<std::uint64_t>(x) & (kOne32 - 1);
  for (std::size_t i = 0; i < kRoots.size(); ++i) {
    const bool bit = (fraction >> (31 - i) & 1) != 0;
    if (bit) product = static_cast<std::uint64_t>(static_cast<Wide>(product) * kRoots[i] >> 62);
  }
  const std::int64_t shift = 46 - whole;  // from 62 fractional bits to 16
  return shift >= 64 ? 0 : product >> shift;
}

Duration quantile(const DurationSpec& spec, std::uint64_t draw) {
  using Kind = DurationSpec::Kind;
  if (spec.kind == Kind::constant || draw == 0) return spec.min;
  switch (spec.kind) {
    case Kind::uniform:
      return uniform_quantile(spec.min, spec.max, draw);
    case Kind::exponential:
      return exponential(spec, draw);
    case Kind::log_normal:
      return std::max(spec.min, log_normal(spec, draw));
    case Kind::pareto:
      return pareto(spec, draw);
    case Kind::histogram:
      return histogram(spec, draw);
    case Kind::constant:
      break;
  }
  require(false, "unknown kind of distribution");
  return spec.min;
}

}  // namespace picklock
