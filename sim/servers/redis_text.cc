#include "sim/servers/redis_text.h"

#include <boost/uuid/detail/sha1.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace picklock {
namespace {

// Matches one bracket expression at `at` (just after '['); moves `at` behind the closing bracket.
bool matches_class(std::string_view pattern, std::size_t& at, char c) {
  const bool negated = at < pattern.size() && pattern[at] == '^';
  if (negated) ++at;
  bool found = false;
  while (at < pattern.size() && pattern[at] != ']') {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      ++at;
      found = found || pattern[at] == c;
    } else if (at + 2 < pattern.size() && pattern[at + 1] == '-') {
      char first = pattern[at];
      char last = pattern[at + 2];
      if (first > last) std::swap(first, last);
      at += 2;
      found = found || (c >= first && c <= last);
    } else {
      found = found || pattern[at] == c;
    }
    ++at;
  }
  if (at < pattern.size()) ++at;
  return found != negated;
}

}  // namespace

std::optional<double> parse_redis_double(std::string_view text) {
  if (text.empty() || (text[0] >= '\t' && text[0] <= '\r') || text[0] == ' ') return std::nullopt;
  const std::string copy(text);
  char* end = nullptr;
  errno = 0;
  const double value = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size() || std::isnan(value)) return std::nullopt;
  if (errno == ERANGE && (std::isinf(value) || std::fpclassify(value) == FP_ZERO)) {
    return std::nullopt;
  }
  return value;
}

std::string_view format_redis_double(double value, std::string& storage) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  storage.resize(32);
  const int length = std::snprintf(storage.data(), storage.size(), "%.17g", value);
  return std::string_view(storage).substr(0, static_cast<std::size_t>(length));
}

bool redis_glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t from = 0;
  while (at < pattern.size()) {
    if (pattern[at] == '*') {
      while (at < pattern.size() && pattern[at] == '*') ++at;
      if (at == pattern.size()) return true;
      for (std::size_t skip = from; skip <= text.size(); ++skip) {
        if (redis_glob_matches(pattern.substr(at), text.substr(skip))) return true;
      }
      return false;
    }
    if (from == text.size()) return false;
    const char c = text[from++];
    if (pattern[at] == '?') {
      ++at;
    } else if (pattern[at] == '[') {
      ++at;
      if (!matches_class(pattern, at, c)) return false;
    } else {
      if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
      if (pattern[at++] != c) return false;
    }
  }
  return from == text.size();
}

std::string redis_error_line(std::string_view text) {
  constexpr std::string_view kLineEnds = "\r\n";
  const std::size_t first = text.find_first_not_of(kLineEnds);
  if (first == std::string_view::npos) return {};
  std::string line(text.substr(first, text.find_last_not_of(kLineEnds) + 1 - first));
  for (char& c : line) {
    if (kLineEnds.find(c) != std::string_view::npos) c = ' ';
  }
  return line;
}

std::string sha1_hex(std::string_view text) {
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(text.data(), text.size());
  unsigned int words[5];
  hash.get_digest(words);
  std::string hex;
  for (const unsigned int word : words) {
    for (int shift = 28; shift >= 0; shift -= 4) {
      hex.push_back("0123456789abcdef"[(word >> shift) & 0xFU]);
    }
  }
  return hex;
}

}  // namespace picklock
