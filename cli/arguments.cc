#include "cli/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/text.h"

namespace picklock::cli {

std::vector<Output> parse_outputs(const std::vector<std::string>& texts,
                                  std::span<const std::string> kinds, Complaints& wrong) {
  std::vector<Output> outputs;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string kind = text.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == text.size()) {
      wrong.push_back(fmt::format("-o: expected KIND=FILE, got {}", text));
    } else if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
      const std::string hint = did_you_mean(kind, kinds);
      wrong.push_back(fmt::format("-o: unknown kind \"{}\"{}; there are {}", kind,
                                  hint.empty() ? "" : ", " + hint, fmt::join(kinds, ", ")));
    } else {
      outputs.push_back({kind, text.substr(equals + 1)});
    }
  }
  return outputs;
}

std::vector<Override> parse_overrides(const std::vector<std::string>& set, Complaints& wrong) {
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      wrong.push_back(fmt::format("--set: expected /json/pointer=value, got {}", text));
      continue;
    }
    const std::string pointer = text.substr(0, equals);
    overrides.emplace_back(pointer.starts_with('/') ? pointer : "/" + pointer,
                           text.substr(equals + 1));
  }
  return overrides;
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-=:,@%+";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

void check_format(const std::string& format, Complaints& wrong) {
  if (format == "text" || format == "json") return;
  const std::vector<std::string> known{"text", "json"};
  const std::string hint = did_you_mean(format, known);
  wrong.push_back(fmt::format("--format: expected text or json, got {}{}", format,
                              hint.empty() ? "" : " (" + hint + ")"));
}

std::optional<std::uint64_t> parse_seed(const std::string& text) {
  const bool hexadecimal = text.starts_with("0x");
  const std::string digits = hexadecimal ? text.substr(2) : text;
  std::uint64_t seed = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), seed, hexadecimal ? 16 : 10);
  const bool good = error == std::errc() && end == digits.data() + digits.size();
  return good ? std::optional(seed) : std::nullopt;
}

std::optional<std::uint64_t> parse_seed(const char* flag, const std::string& text,
                                        Complaints& wrong) {
  const auto seed = parse_seed(text);
  if (!seed) wrong.push_back(fmt::format("{}: expected a 64-bit number, got {}", flag, text));
  return seed;
}

}  // namespace picklock::cli
