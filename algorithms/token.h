// A value that no other acquisition has: unique, but not ordered, so it is no fencing token.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace picklock {

class Token {
 public:
  Token() { text_.fill('0'); }
  explicit Token(std::uint64_t bits) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (std::size_t i = text_.size(); i-- > 0; bits >>= 4) text_[i] = kDigits[bits & 15];
  }

  // Sixteen hexadecimal digits: what goes over the wire.
  std::string_view text() const { return {text_.data(), text_.size()}; }
  friend bool operator==(const Token&, const Token&) = default;

 private:
  std::array<char, 16> text_{};
};

}  // namespace picklock
