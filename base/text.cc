#include "base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

namespace picklock {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Largest first. Minutes and hours are read, and written only when they are whole.
constexpr std::array<Unit, 7> kUnits{{{"d", 86'400'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"min", 60'000'000'000},
                                      {"s", 1'000'000'000},
                                      {"ms", 1'000'000},
                                      {"us", 1'000},
                                      {"ns", 1}}};

struct Decimal {
  std::int64_t digits = 0;  // the number without its point
  std::int64_t scale = 1;   // the power of ten to divide by
};

// A non-negative decimal number of at most 18 digits.
std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal number;
  bool point = false;
  int digits = 0;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 18) return std::nullopt;
    number.digits = number.digits * 10 + (c - '0');
    if (point) number.scale *= 10;
  }
  const bool complete = digits > 0 && text.front() != '.' && text.back() != '.';
  return complete ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string to_string(Duration duration) {
  const std::int64_t total = duration.count();
  if (total == 0) return "0s";
  const std::uint64_t size =
      total < 0 ? 0 - static_cast<std::uint64_t>(total) : static_cast<std::uint64_t>(total);
  const char* sign = total < 0 ? "-" : "";
  for (const Unit& unit : kUnits) {
    const auto scale = static_cast<std::uint64_t>(unit.nanoseconds);
    if (size < scale) continue;
    if (size % scale == 0) return fmt::format("{}{}{}", sign, size / scale, unit.name);
    if (scale > 1'000'000'000 || size * 1000 / 1000 != size) continue;  // no "1.5h"
    if ((size % scale) % (scale / 1000) != 0) continue;                 // more than three decimals
    std::string decimals = fmt::format("{:03}", (size % scale) / (scale / 1000));
    decimals.erase(decimals.find_last_not_of('0') + 1);
    return fmt::format("{}{}.{}{}", sign, size / scale, decimals, unit.name);
  }
  return fmt::format("{}{}ns", sign, size);
}

std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t unit_at = text.find_first_not_of("0123456789.");
  if (unit_at == 0 || unit_at == std::string_view::npos) return std::nullopt;
  const auto unit = std::ranges::find(kUnits, text.substr(unit_at), &Unit::name);
  if (unit == kUnits.end()) return std::nullopt;
  const auto number = parse_decimal(text.substr(0, unit_at));
  if (!number) return std::nullopt;
  std::int64_t product = 0;
  if (__builtin_mul_overflow(number->digits, unit->nanoseconds, &product)) return std::nullopt;
  if (product % number->scale != 0) return std::nullopt;  // finer than a nanosecond
  product /= number->scale;
  return Duration{negative ? -product : product};
}

std::optional<Ratio> parse_ratio(std::string_view text) {
  std::optional<Decimal> numerator;
  Decimal denominator{.digits = 1};
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    numerator = parse_decimal(text.substr(0, slash));
    const auto below = parse_decimal(text.substr(slash + 1));
    if (!below || below->scale != 1 || below->digits == 0) return std::nullopt;
    denominator = *below;
    if (numerator && numerator->scale != 1) return std::nullopt;
  } else if (text.ends_with('%')) {
    numerator = parse_decimal(text.substr(0, text.size() - 1));
    denominator.digits = 100;
  } else {
    numerator = parse_decimal(text);
  }
  if (!numerator) return std::nullopt;
  std::int64_t below = 0;
  if (__builtin_mul_overflow(denominator.digits, numerator->scale, &below)) return std::nullopt;
  if (numerator->digits > below) return std::nullopt;
  return Ratio(static_cast<std::uint64_t>(numerator->digits), static_cast<std::uint64_t>(below));
}

namespace {

// Optimal string alignment: Levenshtein with swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string joined(std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
  constexpr std::size_t kLongest = 64;
  if (name.size() > kLongest) return {};
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string nearest;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> known) {
  const std::string nearest = nearest_name(name, known);
  return nearest.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", nearest);
}

}  // namespace picklock
