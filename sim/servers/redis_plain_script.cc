#include "sim/servers/redis_plain_script.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace picklock {
namespace {

constexpr std::array<std::string_view, 27> kHarmless{
    "and",   "break",  "call",   "do",   "else",     "elseif",   "end",  "false", "for",
    "if",    "in",     "KEYS",   "ARGV", "local",    "nil",      "not",  "or",    "pcall",
    "redis", "repeat", "return", "then", "tonumber", "tostring", "true", "until", "while"};
// What a script finds beside these. A local variable of such a name hides it in its own block only, and
// blocks are not followed here.
constexpr std::array<std::string_view, 30> kElsewhere{
    "_G",       "_VERSION",       "assert",       "bit",      "cjson",
    "cmsgpack", "collectgarbage", "coroutine",    "error",    "function",
    "gcinfo",   "getmetatable",   "ipairs",       "load",     "loadstring",
    "math",     "next",           "pairs",        "rawequal", "rawget",
    "rawset",   "select",         "setmetatable", "string",   "struct",
    "table",    "type",           "unpack",       "xpcall",   "os"};
// Signs of scripts that only compare.
constexpr std::array<std::string_view, 10> kOfComparisons{"(", ")", "[",  "]",  ".",
                                                          ",", ";", "==", "~=", "="};
constexpr std::string_view kPunctuation = "()[]{},;.+-*/%^#<>=~";

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_among(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool is_plain() {
    while (skip_blanks()) {
      if (!read_one()) return false;
    }
    return !in_doubt_;
  }
  // Of a plain script that was read.
  bool has_loop() const { return has_loop_; }
  bool only_compares() const { return only_compares_ && !must_be_followed(previous_); }
  std::vector<std::string> literals() && { return std::move(literals_); }

 private:
  // To the next word or sign; false at the end, or in doubt.
  bool skip_blanks() {
    while (!rest_.empty()) {
      if (is_space(rest_[0])) {
        rest_.remove_prefix(1);
      } else if (rest_.starts_with("--")) {
        in_doubt_ = rest_.starts_with("--[");
        rest_.remove_prefix(in_doubt_ ? rest_.size() : std::min(rest_.find('\n'), rest_.size()));
      } else {
        return true;
      }
    }
    return false;
  }

  bool read_one() {
    const std::string_view before = rest_;
    const bool is_plain = read_sign();
    const std::string_view sign = before.substr(0, before.size() - rest_.size());
    if (is_plain) look_for_more_than_comparisons(sign);
    previous_ = sign;
    return is_plain;
  }

  // What a value is shows in arithmetic, in its order, in what it indexes. Words are looked at by number alone.
  void look_for_more_than_comparisons(std::string_view sign) {
    if (must_be_followed(previous_)) {
      only_compares_ = only_compares_ && sign == (previous_ == "redis" ? "." : "[");
    } else if (sign == "[" || sign == "." || (previous_ == "[" && !is_digit(sign[0]))) {
      only_compares_ = false;
    }
    if (sign == "]") only_compares_ = only_compares_ && is_digit(previous_[0]);
    if (is_digit(sign[0])) return add_number(sign);
    if (sign[0] == '"' || sign[0] == '\'') return add_text(sign);
    const bool is_word = starts_word(sign[0]);
    only_compares_ = only_compares_ && (is_word ? sign != "tonumber" && sign != "tostring"
                                                : is_among(sign, kOfComparisons));
  }
  static bool must_be_followed(std::string_view word) {
    return word == "KEYS" || word == "ARGV" || word == "redis";
  }
  // Written as Lua would write it.
  void add_number(std::string_view digits) {
    constexpr std::size_t kExact = 15;  // digits of a double
    const bool is_usual = digits.size() <= kExact && std::ranges::all_of(digits, is_digit) &&
                          (digits[0] != '0' || digits.size() == 1);
    only_compares_ = only_compares_ && is_usual;
    literals_.emplace_back(digits);
  }
  void add_text(std::string_view quoted) {
    only_compares_ = only_compares_ && quoted.find('\\') == std::string_view::npos;
    literals_.emplace_back(quoted.substr(1, quoted.size() - 2));
  }

  bool read_sign() {
    const char c = rest_[0];
    if (starts_word(c)) return read_word();
    if (is_digit(c)) return take_while([](char d) { return is_digit(d) || starts_word(d); });
    if (c == '"' || c == '\'') return read_text(c);
    if (rest_.starts_with("[[") || rest_.starts_with("[=")) return false;
    for (const std::string_view comparison : {"==", "~=", "<=", ">="}) {
      if (rest_.starts_with(comparison)) return take(2);
    }
    // Any other '=' assigns: only the first value of a local variable may.
    if (c == '=') return declaring_ && take(1);
    if (c != ',') declaring_ = false;
    return kPunctuation.find(c) != std::string_view::npos && take(1);
  }

  bool read_word() {
    std::size_t length = 1;
    while (length < rest_.size() && (starts_word(rest_[length]) || is_digit(rest_[length])))
      ++length;
    const std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (is_among(word, kElsewhere)) return false;
    const bool harmless = is_among(word, kHarmless);
    const bool declares = word == "local" || word == "for";
    has_loop_ = has_loop_ || word == "for" || word == "while" || word == "repeat";
    if (declaring_ && !harmless) locals_.push_back(word);
    if (harmless) declaring_ = declares;
    return harmless || is_among(word, locals_);
  }

  bool read_text(char quote) {
    declaring_ = false;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\n') return false;
      if (rest_[i] == quote) return take(i + 1);
      if (rest_[i] == '\\') ++i;
    }
    return false;
  }

  template <class Predicate>
  bool take_while(Predicate belongs) {
    declaring_ = false;
    return take(static_cast<std::size_t>(std::ranges::find_if_not(rest_, belongs) - rest_.begin()));
  }
  bool take(std::size_t count) {
    if (rest_[0] == '=' && count == 1) declaring_ = false;
    rest_.remove_prefix(count);
    return true;
  }

  std::string_view rest_;
  std::vector<std::string_view> locals_;
  bool declaring_ = false;  // after `local` or `for`: names, commas, then '='
  bool in_doubt_ = false;
  bool has_loop_ = false;
  std::string_view previous_;  // sign
  bool only_compares_ = true;
  std::vector<std::string> literals_;
};

}  // namespace

bool is_plain_script(std::string_view text) {
  return Reader(text).is_plain();
}

bool is_straight_script(std::string_view text) {
  Reader reader(text);
  return reader.is_plain() && !reader.has_loop();
}

std::optional<std::vector<std::string>> literals_of_comparing_script(std::string_view text) {
  Reader reader(text);
  if (!reader.is_plain() || reader.has_loop() || !reader.only_compares()) return std::nullopt;
  return std::move(reader).literals();
}

}  // namespace picklock
