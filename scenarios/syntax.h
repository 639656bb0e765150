// The tokens of JSON with comments, and what is wrong where a parser gave up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace picklock::loading {

// What the last accepted token was.
enum class After : std::uint8_t { nothing, open_object, open_array, key, value };
// What is open around the next token.
enum class Inside : std::uint8_t { nothing, object, array };

// The first byte that is not part of valid UTF-8, or is a NUL.
std::optional<std::size_t> first_byte_that_is_no_text(std::string_view text);

// The next offset from `at` on that is neither blank, nor in a comment, nor a "," or ":".
std::size_t token_after(std::string_view text, std::size_t at);
// The end of the well-formed token that begins at `at`.
std::size_t end_of_token(std::string_view text, std::size_t at);

struct SyntaxState {
  std::size_t at = 0;  // just behind the last accepted token
  After after = After::nothing;
  Inside inside = Inside::nothing;
  bool number_overflow = false;  // the parser stopped at a number that is too large
};

struct SyntaxError {
  std::size_t offset = 0;
  std::string expected;
  std::string hint;
};

// Why the parser did not accept the token after `state`.
SyntaxError explain_syntax_error(std::string_view text, const SyntaxState& state);

// `"text"`, escaped as in JSON, and cut to 60 bytes.
std::string quote(std::string_view text);

}  // namespace picklock::loading
