// Text for people: durations with units, and the nearest known name to a mistyped one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ratio.h"
#include "base/time.h"

namespace picklock {

// "0s", "250us", "14s", "1.5ms", "1h": the largest unit that needs at most three decimals.
std::string to_string(Duration duration);

// Reads what to_string writes: a decimal number and one of ns, us, ms, s, min, h, d. A sign is
// allowed. Nothing when the text is no duration or does not fit 64-bit nanoseconds.
std::optional<Duration> parse_duration(std::string_view text);

// "1/100", "0.01" or "1%"; nothing when the text is none of these or lies outside [0, 1].
std::optional<Ratio> parse_ratio(std::string_view text);

// "a, b and c".
std::string joined(std::span<const std::string> names);

// The known name nearest to `name` by Damerau-Levenshtein distance (adjacent swaps count one), or
// an empty string when none is within a third of its length. O(|name| * |known|) a candidate.
std::string nearest_name(std::string_view name, std::span<const std::string> known);

// `did you mean "x"?`, or nothing when no known name is near.
std::string did_you_mean(std::string_view name, std::span<const std::string> known);

}  // namespace picklock
