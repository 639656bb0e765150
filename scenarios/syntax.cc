#include "scenarios/syntax.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace picklock {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kNumber = "+-.0123456789eE";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t end_of_run(std::string_view text, std::size_t at, std::string_view members) {
  return std::min(text.find_first_not_of(members, at), text.size());
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
  return fmt::format("'{}'", text.substr(at, utf8_length(text, at)));
}

// What is wrong within the string that begins at `at`: it is unfinished, or has a bad escape.
SyntaxError explain_string(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') break;
    if (c == '\n' || c == '\r') {
      return {at, "expected the string to end in the line in which it begins",
              "a line break is written \\n"};
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      return {i,
              fmt::format("expected no control character in a string, got the byte 0x{:02x}",
                          static_cast<unsigned>(c)),
              c == '\t' ? "a tab is written \\t" : ""};
    }
    if (c != '\\') continue;
    const std::string_view escape = text.substr(i, 6);
    const bool simple = escape.size() > 1 &&
                        std::string_view("\"\\/bfnrt").find(escape[1]) != std::string_view::npos;
    const auto is_hex = [](char x) { return std::isxdigit(static_cast<unsigned char>(x)) != 0; };
    const bool code =
        escape.size() == 6 && escape[1] == 'u' && std::ranges::all_of(escape.substr(2), is_hex);
    const bool surrogate =
        code && (escape[2] == 'd' || escape[2] == 'D') &&
        std::string_view("89abcdefABCDEF").find(escape[3]) != std::string_view::npos;
    if (!simple && !code) {
      return {i,
              fmt::format("expected one of the escapes of JSON strings, got {}",
                          text.substr(i, 1 + (i + 1 < text.size() ? utf8_length(text, i + 1) : 0))),
              R"(they are \" \\ \/ \b \f \n \r \t \uXXXX)"};
    }
    if (surrogate) {
      // A pair is one character; nobody needs them here, since UTF-8 is allowed.
      const std::string_view pair = text.substr(i, 8);
      if (!pair.ends_with("\\u") || escape[3] >= 'c' || (escape[3] >= 'C' && escape[3] <= 'F')) {
        return {i, fmt::format("expected a character, got half a surrogate pair {}", escape),
                "write the character itself"};
      }
      i += 6;
    }
    i += simple ? 1 : 5;
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
  const std::string found = describe(text, at);
  for (const Known& known : kWords) {
    if (found == known.word) return std::string(known.hint);
  }
  return found.front() == '\'' && at < text.size() && text[at] == '\''
             ? "strings take double quotes"
         : is_letter(found.front()) && at < text.size() ? "strings stand in double quotes"
                                                        : "";
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
  if (is_digit(c) || c == '-') return end_of_run(text, at, kNumber);
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

}  // namespace picklock
