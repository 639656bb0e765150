#include "scenarios/syntax.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace picklock::loading {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kNumber = "+-.0123456789eE";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t end_of_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// A leading zero stands alone: in 007 the number is 0.
std::size_t end_of_number(std::string_view text, std::size_t at) {
  const auto is = [&](std::size_t i, std::string_view any) {
    return i < text.size() && any.find(text[i]) != std::string_view::npos;
  };
  if (is(at, "-")) ++at;
  at = is(at, "0") ? at + 1 : end_of_digits(text, at);
  if (is(at, ".")) at = end_of_digits(text, at + 1);
  if (is(at, "eE")) at = end_of_digits(text, is(at + 1, "+-") ? at + 2 : at + 1);
  return at;
}

// The end of the comment that begins at `at`; nothing when there is none, or it does not end.
std::optional<std::size_t> end_of_comment(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (!rest.starts_with("/*")) return std::nullopt;
  const std::size_t end = text.find("*/", at + 2);
  return end == std::string_view::npos ? std::nullopt : std::optional(end + 2);
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (kBlanks.find(text[at]) != std::string_view::npos) {
      ++at;
    } else if (const auto end = end_of_comment(text, at)) {
      at = *end;
    } else {
      break;
    }
  }
  return at;
}

// How many bytes the UTF-8 character at `at` has; 0 = it is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xc2   ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  if (length == 0) return 0;
  // The second byte also excludes overlong forms, surrogates, and what lies above U+10FFFF.
  const unsigned least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  return length;
}

// What stands at `at`, for "got ...".
std::string describe(std::string_view text, std::size_t at) {
  if (at >= text.size()) return "the end of the file";
  const char c = text[at];
  if (c == '"') return quote(text.substr(at + 1, end_of_token(text, at) - at - 2));
  std::size_t end = at + 1;
  if (is_letter(c) || kNumber.find(c) != std::string_view::npos) {
    while (end < text.size() &&
           (is_letter(text[end]) || kNumber.find(text[end]) != std::string_view::npos)) {
      ++end;
    }
    return std::string(text.substr(at, std::min<std::size_t>(end - at, 60)));
  }
  if (c == '\'') return "a single quote";
  return fmt::format("'{}'", text.substr(at, utf8_length(text, at)));
}

// What is wrong with the escape at `at`, and how long it is.
struct Escape {
  std::size_t length = 0;
  std::string wrong;  // empty: nothing
  std::string hint;
};

Escape read_escape(std::string_view text, std::size_t at) {
  constexpr std::string_view kSimple = "\"\\/bfnrt";
  const std::string_view rest = text.substr(at);
  if (rest.size() > 1 && kSimple.find(rest[1]) != std::string_view::npos) return {.length = 2};
  const auto unit_at = [&](std::size_t begin) -> std::optional<unsigned> {
    unsigned unit = 0;
    const std::string_view code = rest.substr(std::min(begin, rest.size()), 6);
    if (code.size() < 6 || !code.starts_with("\\u")) return std::nullopt;
    const auto [end, error] = std::from_chars(code.data() + 2, code.data() + 6, unit, 16);
    return error == std::errc{} && end == code.data() + 6 ? std::optional(unit) : std::nullopt;
  };
  const auto unit = unit_at(0);
  if (!unit) {
    const std::size_t shown = rest.size() > 1 ? 1 + utf8_length(rest, 1) : 1;
    return {.wrong = fmt::format("expected one of the escapes of JSON strings, got {}",
                                 rest.substr(0, shown)),
            .hint = R"(they are \" \\ \/ \b \f \n \r \t \uXXXX)"};
  }
  const bool high = *unit >= 0xd800 && *unit < 0xdc00;
  const bool low = *unit >= 0xdc00 && *unit < 0xe000;
  const auto second = unit_at(6);
  if (high && second && *second >= 0xdc00 && *second < 0xe000) return {.length = 12};
  if (!high && !low) return {.length = 6};
  return {
      .wrong = fmt::format("expected a character, got half a surrogate pair {}", rest.substr(0, 6)),
      .hint = "write the character itself"};
}

// What is wrong within the string that begins at `at`: it is unfinished, or has a bad character.
SyntaxError explain_string(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size() && text[i] != '"';) {
    const char c = text[i];
    if (c == '\n' || c == '\r') {
      return {at, "expected the string to end in the line in which it begins",
              "a line break is written \\n"};
    }
    if (c >= '\0' && c < ' ') {
      return {i,
              fmt::format("expected no control character in a string, got the byte 0x{:02x}",
                          static_cast<unsigned>(c)),
              c == '\t' ? "a tab is written \\t" : ""};
    }
    const Escape escape = c == '\\' ? read_escape(text, i) : Escape{.length = 1};
    if (!escape.wrong.empty()) return {i, escape.wrong, escape.hint};
    i += escape.length;
  }
  return {at, "expected a string that ends with a double quote, got the end of the file", ""};
}

std::string hint_for_word(std::string_view text, std::size_t at) {
  struct Known {
    std::string_view word;
    std::string_view hint;
  };
  static constexpr std::array<Known, 9> kWords{{{"NaN", "JSON has no NaN"},
                                                {"nan", "JSON has no NaN"},
                                                {"Infinity", "JSON has no Infinity"},
                                                {"-Infinity", "JSON has no Infinity"},
                                                {"inf", "JSON has no Infinity"},
                                                {"True", "did you mean true?"},
                                                {"False", "did you mean false?"},
                                                {"None", "did you mean null?"},
                                                {"undefined", "did you mean null?"}}};
  if (at >= text.size()) return {};
  const std::string found = describe(text, at);
  for (const Known& known : kWords) {
    if (found == known.word) return std::string(known.hint);
  }
  return is_letter(text[at]) || text[at] == '\'' ? "texts and keys stand in double quotes" : "";
}

// What may stand after `after` and the separators between it and the offending token.
std::string what_is_due(const SyntaxState& state, std::string_view separators) {
  const bool separated = !separators.empty();
  switch (state.after) {
    case After::nothing:
      return "a JSON object";
    case After::open_object:
      return "a key in double quotes or \"}\"";
    case After::open_array:
      return "a value or \"]\"";
    case After::key:
      return separated ? "a value" : "\":\" after the key";
    case After::value:
      break;
  }
  switch (state.inside) {
    case Inside::object:
      return separated ? "a key in double quotes" : "\",\" or \"}\" after the value";
    case Inside::array:
      return separated ? "a value" : "\",\" or \"]\" after the value";
    case Inside::nothing:
      break;
  }
  return "the end of the file";
}

}  // namespace

std::optional<std::size_t> first_byte_that_is_no_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0 || text[at] == '\0') return at;
    at += length;
  }
  return std::nullopt;
}

std::size_t token_after(std::string_view text, std::size_t at) {
  at = skip_blanks(text, at);
  while (at < text.size() && (text[at] == ',' || text[at] == ':')) at = skip_blanks(text, at + 1);
  return at;
}

std::size_t end_of_token(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  const char c = text[at];
  if (c == '"') {
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
    return std::min(end + 1, text.size());
  }
  if (is_digit(c) || c == '-') return end_of_number(text, at);
  std::size_t end = at + 1;
  if (is_letter(c)) {
    while (end < text.size() && is_letter(text[end])) ++end;
  }
  return end;
}

SyntaxError explain_syntax_error(std::string_view text, const SyntaxState& state) {
  const std::size_t begin = skip_blanks(text, state.at);
  std::size_t at = begin;
  std::string separators;
  // At most the one separator that may stand here: a second one is the offender.
  const char due = state.after == After::key ? ':' : ',';
  const bool may_separate =
      state.after == After::key || (state.after == After::value && state.inside != Inside::nothing);
  if (may_separate && at < text.size() && text[at] == due) {
    separators = due;
    at = skip_blanks(text, at + 1);
  }
  if (at >= text.size() && state.after == After::nothing) {
    return {at, "expected a JSON object, got an empty file", ""};
  }
  if (text.substr(at).starts_with("/*")) {
    return {at, "expected \"*/\" at the end of the comment, got the end of the file", ""};
  }
  const bool closes = at < text.size() && (text[at] == '}' || text[at] == ']');
  if (separators == "," && closes) {
    return {begin, fmt::format("expected no \",\" before '{}'", text[at]),
            "JSON does not allow a trailing comma"};
  }
  if (state.number_overflow) {
    return {at, fmt::format("expected a number that fits 64 bits, got {}", describe(text, at)), ""};
  }
  const std::string expected = what_is_due(state, separators);
  const bool wants_string =
      expected.find("key in") != std::string::npos || expected.find("a value") == 0;
  if (wants_string && at < text.size() && text[at] == '"') return explain_string(text, at);
  std::string hint = hint_for_word(text, at);
  if (at == state.at && state.after == After::value && at < text.size() && is_digit(text[at])) {
    hint = "a number has no leading zeros";
  }
  return {at, fmt::format("expected {}, got {}", expected, describe(text, at)), hint};
}

std::string quote(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string shown(text);
  if (text.size() > kLongest) {
    std::size_t end = 0;
    while (end + utf8_length(text, end) <= kLongest)
      end += std::max<std::size_t>(1, utf8_length(text, end));
    shown = std::string(text.substr(0, end)) + "...";
  }
  return nlohmann::json(shown).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace picklock::loading
