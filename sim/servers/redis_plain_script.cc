#include "sim/servers/redis_plain_script.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

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
    if (std::ranges::find(kElsewhere, word) != kElsewhere.end()) return false;
    const bool harmless = std::ranges::find(kHarmless, word) != kHarmless.end();
    const bool declares = word == "local" || word == "for";
    has_loop_ = has_loop_ || word == "for" || word == "while" || word == "repeat";
    if (declaring_ && !harmless) locals_.push_back(word);
    if (harmless) declaring_ = declares;
    return harmless || std::ranges::find(locals_, word) != locals_.end();
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
};

}  // namespace

bool is_plain_script(std::string_view text) {
  return Reader(text).is_plain();
}

bool is_straight_script(std::string_view text) {
  Reader reader(text);
  return reader.is_plain() && !reader.has_loop();
}

}  // namespace picklock
