// The words of EDN and of JSON. Both write the same things (nothing, truth, numbers, texts, lists, maps)
// with slightly different marks, so one scanner serves both.
//
// It is lenient where nothing can be misread: a comma is a space, a text may contain any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace picklock {

enum class Dialect : std::uint8_t { edn, json };

struct TextToken {
  enum class Kind : std::uint8_t {
    end,
    map_open,   // {
    set_open,   // #{
    list_open,  // [ or (
    close,      // the closing mark is the text
    text,       // "..." or \c, without quotes
    keyword,    // :word, without its colon
    word,       // nil, true, a symbol, a number that is not a whole one of 64 bits
    integer,
    colon,    // JSON only
    tag,      // #word: belongs to the value that follows
    discard,  // #_: so does this; Tokens::next() never returns it
    broken,   // what stands here is no word; its text is what was expected
  };

  Kind kind{};
  std::size_t at = 0;       // where it begins
  std::string_view text{};  // valid until a later token of kind `text`
  std::int64_t number = 0;  // of an integer
};

// Walks through a text, which must live as long. O(1) memory beside the longest text with escapes.
class Tokens {
 public:
  Tokens(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}

  // The next token outside comments and discarded forms; `end` for ever at the end.
  TextToken next();

  // Passes over the form that begins with `first`. Its brackets are counted, not matched. Returns the
  // token that made it impossible, `end` or `broken` or a `close` that nothing opened; otherwise the
  // form's last.
  TextToken skip_form(TextToken first);

  std::size_t offset() const { return at_; }  // behind the last token
  void move_to(std::size_t offset) { at_ = offset; }
  Dialect dialect() const { return dialect_; }
  std::string_view whole() const { return text_; }

 private:
  TextToken scan();
  TextToken end_token() const;
  static TextToken broken(std::size_t at, std::string_view expected);
  void skip_space();
  TextToken scan_text(std::size_t begin);
  TextToken scan_escaped(std::size_t begin, std::size_t at);
  TextToken scan_number_or_word(std::size_t begin);
  TextToken scan_dispatch(std::size_t begin);
  TextToken scan_character(std::size_t begin);
  std::size_t word_end(std::size_t at) const;
  std::uint32_t read_hexadecimal(std::size_t at) const;
  TextToken single(TextToken::Kind kind, std::size_t begin);

  std::string_view text_;
  Dialect dialect_;
  std::size_t at_ = 0;
  std::string unescaped_;
};

constexpr bool opens(TextToken::Kind kind) {
  return kind == TextToken::Kind::map_open || kind == TextToken::Kind::set_open ||
         kind == TextToken::Kind::list_open;
}
// There is no form: the text ended, or what stands there is none.
constexpr bool fails(TextToken::Kind kind) {
  return kind == TextToken::Kind::end || kind == TextToken::Kind::broken;
}

// What was found, for a diagnostic: `}`, `:type`, the end of the file.
std::string shown(const TextToken& token, std::string_view whole);

}  // namespace picklock
