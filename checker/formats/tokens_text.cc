// Texts and characters.
#include <algorithm>
#include <charconv>

#include "checker/formats/tokens.h"

namespace picklock {
namespace {

using Kind = TextToken::Kind;

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

// \a, \newline, \( : the character itself, and whatever word begins with it.
TextToken Tokens::scan_character(std::size_t begin) {
  if (dialect_ == Dialect::json || begin + 1 == text_.size()) {
    at_ = begin + 1;
    return broken(begin, "a value");
  }
  at_ = std::max(begin + 2, word_end(begin + 1));
  return {.kind = Kind::text, .at = begin, .text = text_.substr(begin + 1, at_ - begin - 1)};
}

TextToken Tokens::scan_text(std::size_t begin) {
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

TextToken Tokens::scan_escaped(std::size_t begin, std::size_t at) {
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

}  // namespace picklock
