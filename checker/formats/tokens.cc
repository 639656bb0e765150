#include "checker/formats/tokens.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace picklock {
namespace {

using Kind = TextToken::Kind;

enum CharClass : std::uint8_t { kOther = 0, kSpace = 1, kMark = 2, kDigit = 4 };

// What a byte can be; whatever is neither space nor mark may stand inside a word.
constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (const char c : {' ', '\t', '\r', '\n', '\f', '\v', ','}) {
    classes[static_cast<unsigned char>(c)] = kSpace;
  }
  for (const char c : {'{', '}', '[', ']', '(', ')', '"', ';', '\\'}) {
    classes[static_cast<unsigned char>(c)] = kMark;
  }
  for (unsigned char c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  return classes;
}();

bool is(char c, CharClass what) {
  return (kClasses[static_cast<unsigned char>(c)] & what) != 0;
}

}  // namespace

TextToken Tokens::next() {
  std::size_t discards = 0;
  while (true) {
    const TextToken token = scan();
    if (token.kind == Kind::discard) {
      ++discards;
      continue;
    }
    if (discards == 0 || fails(token.kind)) return token;
    if (token.kind == Kind::close) return broken(token.at, "a value behind #_");
    const TextToken last = skip_form(token);
    if (fails(last.kind)) return last;
    --discards;
  }
}

TextToken Tokens::skip_form(TextToken first) {
  std::size_t depth = 0;
  std::size_t needed = 1;  // forms, outside brackets
  for (TextToken token = first;; token = scan()) {
    if (fails(token.kind)) return token;
    if (opens(token.kind)) {
      ++depth;
    } else if (token.kind == Kind::close) {
      if (depth == 0) return token;
      if (--depth == 0) --needed;
    } else if (depth == 0 && token.kind == Kind::discard) {
      ++needed;
    } else if (depth == 0 && token.kind != Kind::tag) {
      --needed;
    }
    if (needed == 0) return token;
  }
}

void Tokens::skip_space() {
  while (at_ < text_.size()) {
    if (is(text_[at_], kSpace)) {
      ++at_;
    } else if (text_[at_] == ';' && dialect_ == Dialect::edn) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

TextToken Tokens::broken(std::size_t at, std::string_view expected) {
  return {.kind = Kind::broken, .at = at, .text = expected};
}

TextToken Tokens::end_token() const {
  return {.kind = Kind::end, .at = text_.size(), .text = {}};
}

TextToken Tokens::single(Kind kind, std::size_t begin) {
  at_ = begin + 1;
  return {.kind = kind, .at = begin, .text = text_.substr(begin, 1)};
}

std::size_t Tokens::word_end(std::size_t at) const {
  while (at < text_.size() && !is(text_[at], CharClass(kSpace | kMark))) {
    if (text_[at] == ':' && dialect_ == Dialect::json) break;
    ++at;
  }
  return at;
}

TextToken Tokens::scan() {
  skip_space();
  const std::size_t begin = at_;
  if (begin == text_.size()) return end_token();
  switch (text_[begin]) {
    case '{':
      return single(Kind::map_open, begin);
    case '[':
    case '(':
      return single(Kind::list_open, begin);
    case '}':
    case ']':
    case ')':
      return single(Kind::close, begin);
    case '"':
      return scan_text(begin + 1);
    case ':':
      if (dialect_ == Dialect::json) return single(Kind::colon, begin);
      at_ = word_end(begin + 1);
      if (at_ == begin + 1) return broken(begin, "a name behind the colon");
      return {.kind = Kind::keyword, .at = begin, .text = text_.substr(begin + 1, at_ - begin - 1)};
    case '#':
      return scan_dispatch(begin);
    case '\\':
      return scan_character(begin);
    default:
      return scan_number_or_word(begin);
  }
}

TextToken Tokens::scan_number_or_word(std::size_t begin) {
  const char* const data = text_.data();
  std::size_t at = begin;
  const bool negative = data[at] == '-';
  if (negative || data[at] == '+') ++at;
  const std::size_t digits = at;
  std::uint64_t number = 0;
  while (at < text_.size() && is(data[at], kDigit)) {
    number = number * 10 + static_cast<std::uint64_t>(data[at] - '0');
    ++at;
  }
  const std::size_t end = word_end(at);
  at_ = end;
  const std::string_view whole = text_.substr(begin, end - begin);
  if (whole.empty()) {
    at_ = begin + 1;
    return broken(begin, "a value");
  }
  // N marks a Clojure BigInt. Eighteen digits always fit.
  const bool suffix = end == at + 1 && data[at] == 'N';
  if (at > digits && (end == at || suffix)) {
    if (at - digits <= 18) {
      const auto value = static_cast<std::int64_t>(number);
      return {
          .kind = Kind::integer, .at = begin, .text = whole, .number = negative ? -value : value};
    }
    std::int64_t value = 0;
    const char* const first = data + (negative ? begin : digits);
    const auto [stop, error] = std::from_chars(first, data + at, value);
    if (error == std::errc() && stop == data + at) {
      return {.kind = Kind::integer, .at = begin, .text = whole, .number = value};
    }
  }
  return {.kind = Kind::word, .at = begin, .text = whole};
}

TextToken Tokens::scan_dispatch(std::size_t begin) {
  if (dialect_ == Dialect::json || begin + 1 == text_.size()) {
    at_ = begin + 1;
    return broken(begin, "a value");
  }
  switch (text_[begin + 1]) {
    case '{':
      at_ = begin + 2;
      return {.kind = Kind::set_open, .at = begin, .text = text_.substr(begin, 2)};
    case '_':
      at_ = begin + 2;
      return {.kind = Kind::discard, .at = begin, .text = text_.substr(begin, 2)};
    case '"':
      return scan_text(begin + 2);
    case '#':  // ##Inf, ##NaN
      at_ = word_end(begin + 2);
      return {.kind = Kind::word, .at = begin, .text = text_.substr(begin, at_ - begin)};
    default:
      at_ = word_end(begin + 1);
      if (at_ == begin + 1) return broken(begin, "a tag behind #");
      return {.kind = Kind::tag, .at = begin, .text = text_.substr(begin, at_ - begin)};
  }
}

std::string shown(const TextToken& token, std::string_view whole) {
  constexpr std::size_t kMost = 40;
  if (token.kind == Kind::end) return "the end";
  const std::string_view line = whole.substr(token.at, whole.substr(token.at).find('\n'));
  if (token.kind == Kind::broken) return fmt::format("`{}`", line.substr(0, kMost / 2));
  std::size_t length = 1;
  switch (token.kind) {
    case Kind::text: {
      Tokens again(whole, Dialect::edn);
      again.move_to(token.at);
      again.next();
      length = again.offset() - token.at;
      break;
    }
    case Kind::keyword:
      length = token.text.size() + 1;
      break;
    default:
      length = token.text.size();
  }
  const bool cut = length > kMost || length > line.size();
  return fmt::format("`{}{}`", line.substr(0, std::min(length, kMost)), cut ? "..." : "");
}

}  // namespace picklock
