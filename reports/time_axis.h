// Instants placed on columns of text: their order is kept, and a gap is as wide as the logarithm of its
// length, so that milliseconds and minutes fit one line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace picklock {

struct TimeAxis {
  std::vector<TrueTime> times;       // rising
  std::vector<std::size_t> columns;  // where each begins, rising
  std::size_t end = 0;               // one past the last cell
  std::vector<std::string> labels;   // "10.003s"
};

// `room` cells from `begin` on; needs at least 3 cells for each time and 6 beside. Integer arithmetic.
TimeAxis make_axis(std::vector<TrueTime> times, std::size_t begin, std::size_t room);

// An instant: "6ms", "250us", "14.040s", rounded down.
std::string instant_text(TrueTime at);
// A length: the same without needless zeros, "14s".
std::string length_text(Duration length);

// 26 + 24 log10(1 + gap in ms), times 1000, rising with the gap.
std::uint64_t gap_weight(Duration gap);

}  // namespace picklock
