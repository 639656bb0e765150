#include "checker/formats/tokens.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace picklock {
namespace {

using Kind = Token::Kind;

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

Token broken(std::size_t at, std::string_view expected) {
  return {.kind = Kind::broken, .at = at, .text = expected};
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto add = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    add(0xE0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3F));
  } else {
    add(0xF0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3F));
    add(0x80 | (point >> 6 & 0x3F));
  }
  add(0x80 | (point & 0x3F));
}

constexpr std::uint32_t kNoPoint = 0xFFFFFFFF;

}  // namespace

Token Tokens::next() {
  std::size_t discards = 0;
  while (true) {
    const Token token = scan();
    if (token.kind == Kind::discard) {
      ++discards;
      continue;
    }
    if (discards == 0 || fails(token.kind)) return token;
    if (token.kind == Kind::close) return broken(token.at, "a value behind #_");
    const Token last = skip_form(token);
    if (fails(last.kind)) return last;
    --discards;
  }
}

Token Tokens::skip_form(Token first) {
  std::size_t depth = 0;
  std::size_t needed = 1;  // forms, outside brackets
  for (Token token = first;; token = scan()) {
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

Token Tokens::end_token() const {
  return {.kind = Kind::end, .at = text_.size(), .text = {}};
}

Token Tokens::single(Kind kind, std::size_t begin) {
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

Token Tokens::scan() {
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

Token Tokens::scan_number_or_word(std::size_t begin) {
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

Token Tokens::scan_dispatch(std::size_t begin) {
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

// \a, \newline, \( : the character itself, and whatever word begins with it.
Token Tokens::scan_character(std::size_t begin) {
  if (dialect_ == Dialect::json || begin + 1 == text_.size()) {
    at_ = begin + 1;
    return broken(begin, "a value");
  }
  at_ = std::max(begin + 2, word_end(begin + 1));
  return {.kind = Kind::text, .at = begin, .text = text_.substr(begin + 1, at_ - begin - 1)};
}

Token Tokens::scan_text(std::size_t begin) {
  const bool one_line = dialect_ == Dialect::json;
  for (std::size_t at = begin; at < text_.size(); ++at) {
    const char c = text_[at];
    if (c == '"') {
      at_ = at + 1;
      return {.kind = Kind::text, .at = begin - 1, .text = text_.substr(begin, at - begin)};
    }
    if (c == '\\') return scan_escaped(begin, at);
    if (c == '\n' && one_line) {
      at_ = at;
      return broken(begin - 1, "a text that ends on its line");
    }
  }
  at_ = text_.size();
  return end_token();
}

Token Tokens::scan_escaped(std::size_t begin, std::size_t at) {
  unescaped_.assign(text_.substr(begin, at - begin));
  for (; at < text_.size() && text_[at] != '"'; ++at) {
    if (text_[at] != '\\') {
      unescaped_ += text_[at];
      continue;
    }
    if (++at == text_.size()) break;
    switch (text_[at]) {
      case 'n':
        unescaped_ += '\n';
        break;
      case 't':
        unescaped_ += '\t';
        break;
      case 'r':
        unescaped_ += '\r';
        break;
      case 'b':
        unescaped_ += '\b';
        break;
      case 'f':
        unescaped_ += '\f';
        break;
      case 'u': {
        std::uint32_t point = read_hexadecimal(at + 1);
        if (point == kNoPoint) {
          at_ = at;
          return broken(at - 1, "four hexadecimal digits behind \\u");
        }
        at += 4;
        if (point >= 0xD800 && point < 0xDC00 && text_.substr(at + 1, 2) == "\\u") {
          const std::uint32_t low = read_hexadecimal(at + 3);
          if (low >= 0xDC00 && low < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
          }
        }
        if (point >= 0xD800 && point < 0xE000) point = 0xFFFD;  // half of a pair
        append_utf8(unescaped_, point);
        break;
      }
      default:
        unescaped_ += text_[at];
    }
  }
  at_ = std::min(at + 1, text_.size());
  if (at >= text_.size()) return end_token();
  return {.kind = Kind::text, .at = begin - 1, .text = unescaped_};
}

std::uint32_t Tokens::read_hexadecimal(std::size_t at) const {
  if (at + 4 > text_.size()) return kNoPoint;
  std::uint32_t point = 0;
  const char* const first = text_.data() + at;
  const auto [stop, error] = std::from_chars(first, first + 4, point, 16);
  return error == std::errc() && stop == first + 4 ? point : kNoPoint;
}

std::string shown(const Token& token, std::string_view whole) {
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
