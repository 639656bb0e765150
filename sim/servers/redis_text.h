// Numbers, patterns and digests in the way in which Redis reads and writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace picklock {

// A canonical decimal 64-bit integer: no sign but a leading '-', no leading zero, no space.
inline std::optional<std::int64_t> parse_redis_integer(std::string_view text) {
  constexpr std::size_t kMostDigits = std::numeric_limits<std::int64_t>::digits10 + 1;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool negative = !text.empty() && text[0] == '-';
  const std::string_view digits = negative ? text.substr(1) : text;
  if (digits.empty() || digits.size() > kMostDigits) return std::nullopt;
  if (digits[0] == '0' && text.size() > 1) return std::nullopt;  // "007" and "-0"
  std::uint64_t magnitude = 0;                                   // nineteen digits fit
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    magnitude = magnitude * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (magnitude > kMax + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

// A score: what strtod() reads as a whole (hexadecimal and "inf" included), but no leading space, no
// NaN and no overflow.
std::optional<double> parse_redis_double(std::string_view text);

// "%.17g", and "inf" or "-inf".
std::string_view format_redis_double(double value, std::string& storage);

constexpr char redis_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (redis_lower(text[i]) != lower_case[i]) return false;
  }
  return true;
}

// Glob patterns: * ? [a-z] [^a] and \ before a literal character. O(|pattern| * |text|) without
// nested stars.
bool redis_glob_matches(std::string_view pattern, std::string_view text);

// An error is one line: no line ends around it, and a space for each inside it.
std::string redis_error_line(std::string_view text);

// 40 lower-case hexadecimal digits.
std::string sha1_hex(std::string_view text);

}  // namespace picklock
