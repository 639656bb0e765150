#include "reports/time_axis.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/require.h"
#include "base/text.h"

namespace picklock {

std::string instant_text(TrueTime at) {
  const std::int64_t ns = nanoseconds(at);
  if (ns < 1'000'000'000) return length_text(at.time_since_epoch());
  return fmt::format("{}.{:03}s", ns / 1'000'000'000, ns / 1'000'000 % 1'000);
}

std::string length_text(Duration length) {
  const std::int64_t ns = nanoseconds(length);
  std::int64_t step = 1'000'000;
  if (ns < 1'000'000'000) step = 100'000;
  if (ns < 10'000'000) step = 1'000;
  if (ns < 100'000) step = 100;
  if (ns < 10'000) step = 1;
  return to_string(Duration{ns / step * step});
}

std::uint64_t gap_weight(Duration gap) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, nanoseconds(gap) / 1000));
  // log2 of (1 ms + gap) in 1/256: the exponent, and the mantissa taken as linear.
  const std::uint64_t scaled = 1000 + us;
  const auto exponent = static_cast<unsigned>(std::bit_width(scaled)) - 1;
  const std::uint64_t below = scaled - (std::uint64_t{1} << exponent);
  const std::uint64_t fraction = exponent >= 8 ? below >> (exponent - 8) : below << (8 - exponent);
  const std::uint64_t log2 = std::uint64_t{256} * exponent + fraction;
  constexpr std::uint64_t kLog2Of1000 = 256 * 9 + 244;  // of 1 ms, computed in the same way
  // 24 log10(2) = 7.2247.
  return 26'000 + (log2 - kLog2Of1000) * 7225 / 256;
}

TimeAxis make_axis(std::vector<TrueTime> times, std::size_t begin, std::size_t room) {
  require(!times.empty() && room >= 3 * times.size() + 6, "an axis has room for its instants");
  TimeAxis axis{.times = std::move(times)};
  axis.end = begin + room;
  for (const TrueTime at : axis.times) axis.labels.push_back(instant_text(at));

  const std::size_t count = axis.times.size();
  std::vector<std::uint64_t> weights;
  for (std::size_t i = 1; i < count; ++i) {
    weights.push_back(gap_weight(axis.times[i] - axis.times[i - 1]));
  }
  weights.push_back(26'000);  // the cells after the last instant

  // Room for the labels if there is any to spare: all on one line, or on two, or not.
  std::vector<std::size_t> least(count, 3);
  const auto total = [](const std::vector<std::size_t>& cells) {
    std::size_t sum = 0;
    for (const std::size_t cell : cells) sum += cell;
    return sum;
  };
  for (const std::size_t lines : {std::size_t{1}, std::size_t{2}}) {
    std::vector<std::size_t> wanted(count, 3);
    for (std::size_t i = 0; i < count; ++i) {
      wanted[i] = std::max<std::size_t>(3, (axis.labels[i].size() + 2) / lines);
    }
    if (total(wanted) + 2 > room) continue;
    least = wanted;
    break;
  }
  const std::size_t lead = std::min<std::size_t>(2, room - total(least));
  const std::size_t spare = room - total(least) - lead;
  std::uint64_t all = 0;
  for (const std::uint64_t weight : weights) all += weight;
  std::uint64_t passed = 0;
  std::size_t fixed = begin + lead;
  for (std::size_t i = 0; i < count; ++i) {
    axis.columns.push_back(fixed + static_cast<std::size_t>(spare * passed / all));
    passed += weights[i];
    fixed += least[i];
  }
  return axis;
}

}  // namespace picklock
