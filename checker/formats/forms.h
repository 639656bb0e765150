// Values of EDN and JSON: what a ValueTable can hold of them.
//
// Keywords, symbols and characters become texts, as do numbers that are no whole ones of 64 bits, digit by
// digit; tags are dropped and what they mark is kept; a list, vector or set becomes a list, and a map
// the list of its pairs. Sets and maps are put in one order, so that equal ones are equal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "checker/formats/tokens.h"
#include "checker/values.h"

namespace picklock {

// Why something could not be read.
struct Trouble {
  std::size_t at = 0;     // offset in the text
  std::string expected;   // "expected a value, got `}`"
  bool unclosed = false;  // the text ended first
};

class FormReader {
 public:
  FormReader(Tokens& tokens, ValueTable& values) : tokens_(tokens), values_(values) {}

  // One value, from its first token on. False, and trouble(), when there is none.
  bool read(Value& out);
  bool read(TextToken first, Value& out);
  // Passes over one value.
  bool skip();

  // Reads a map behind its opening brace. `on_key(name)` must read or skip the value of each key; it
  // returns false when it could not. Keys that are no texts are passed over with their values.
  template <class OnKey>
  bool read_map(OnKey on_key);

  bool fail(const TextToken& token, std::string_view expected);
  const Trouble& trouble() const { return trouble_; }
  Tokens& tokens() { return tokens_; }

 private:
  static constexpr std::size_t kMostNested = 100;

  bool read_items(const TextToken& open, Value& out);
  bool read_pairs(Value& out);
  bool read_colon();
  bool close(const TextToken& token, char mark);

  Tokens& tokens_;
  ValueTable& values_;
  Trouble trouble_;
  std::vector<Value> stack_;  // of the lists that are being read
  std::size_t depth_ = 0;
};

template <class OnKey>
bool FormReader::read_map(OnKey on_key) {
  while (true) {
    const TextToken key = tokens_.next();
    switch (key.kind) {
      case TextToken::Kind::close:
        return close(key, '}');
      case TextToken::Kind::end:
      case TextToken::Kind::broken:
      case TextToken::Kind::colon:
        return fail(key, "a key or }");
      case TextToken::Kind::keyword:
      case TextToken::Kind::text:
        if (!read_colon() || !on_key(key.text)) return false;
        break;
      default:
        if (const TextToken last = tokens_.skip_form(key); fails(last.kind)) {
          return fail(last, "a key or }");
        }
        if (!read_colon() || !skip()) return false;
    }
  }
}

}  // namespace picklock
