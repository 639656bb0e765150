// Numbers, patterns and digests in the way in which Redis reads and writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace picklock {

// A canonical decimal 64-bit integer: no sign but a leading '-', no leading zero, no space.
std::optional<std::int64_t> parse_redis_integer(std::string_view text);

// A score: what strtod() reads as a whole (hexadecimal and "inf" included), but no leading space, no
// NaN and no overflow.
std::optional<double> parse_redis_double(std::string_view text);

// "%.17g", and "inf" or "-inf".
std::string_view format_redis_double(double value, std::string& storage);

bool equals_ignoring_case(std::string_view text, std::string_view lower_case);

// Glob patterns: * ? [a-z] [^a] and \ before a literal character. O(|pattern| * |text|) without
// nested stars.
bool redis_glob_matches(std::string_view pattern, std::string_view text);

// 40 lower-case hexadecimal digits.
std::string sha1_hex(std::string_view text);

}  // namespace picklock
