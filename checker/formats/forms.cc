#include "checker/formats/forms.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

namespace picklock {

using Kind = TextToken::Kind;

bool FormReader::fail(const TextToken& token, std::string_view expected) {
  const std::string_view wanted = token.kind == Kind::broken ? token.text : expected;
  trouble_ = {.at = token.at,
              .expected = fmt::format("expected {}, got {}", wanted, shown(token, tokens_.whole())),
              .unclosed = token.kind == Kind::end};
  return false;
}

bool FormReader::close(const TextToken& token, char mark) {
  if (token.text.front() == mark) return true;
  return fail(token, std::string_view(&mark, 1));
}

bool FormReader::read_colon() {
  if (tokens_.dialect() == Dialect::edn) return true;
  const TextToken colon = tokens_.next();
  return colon.kind == Kind::colon || fail(colon, "a colon behind the key");
}

bool FormReader::skip() {
  const TextToken first = tokens_.next();
  if (first.kind == Kind::close || first.kind == Kind::colon) return fail(first, "a value");
  const TextToken last = tokens_.skip_form(first);
  return !fails(last.kind) || fail(last, "a value");
}

bool FormReader::read(Value& out) {
  return read(tokens_.next(), out);
}

bool FormReader::read(TextToken first, Value& out) {
  while (first.kind == Kind::tag) first = tokens_.next();
  switch (first.kind) {
    case Kind::integer:
      out = values_.number(first.number);
      return true;
    case Kind::text:
    case Kind::keyword:
      out = values_.text(first.text);
      return true;
    case Kind::word:
      if (first.text == "nil" || first.text == "null") {
        out = Value();
      } else if (first.text == "true" || first.text == "false") {
        out = Value::boolean(first.text == "true");
      } else {
        out = values_.text(first.text);
      }
      return true;
    case Kind::map_open:
    case Kind::set_open:
    case Kind::list_open: {
      if (depth_ == kMostNested) return fail(first, "at most 100 levels of nesting");
      ++depth_;
      const bool good = first.kind == Kind::map_open ? read_pairs(out) : read_items(first, out);
      --depth_;
      return good;
    }
    default:
      return fail(first, "a value");
  }
}

bool FormReader::read_items(const TextToken& open, Value& out) {
  const std::size_t begin = stack_.size();
  const char mark = open.kind == Kind::set_open ? '}' : open.text.front() == '[' ? ']' : ')';
  while (true) {
    const TextToken token = tokens_.next();
    Value item;
    const bool closing = token.kind == Kind::close;
    if (closing ? !close(token, mark) : !read(token, item)) {
      stack_.resize(begin);
      return false;
    }
    if (closing) break;
    stack_.push_back(item);
  }
  const std::span<Value> items = std::span(stack_).subspan(begin);
  if (open.kind == Kind::set_open) std::ranges::sort(items, {}, &Value::bits);
  out = values_.list(items);
  stack_.resize(begin);
  return true;
}

bool FormReader::read_pairs(Value& out) {
  const std::size_t begin = stack_.size();
  while (true) {
    const TextToken token = tokens_.next();
    if (token.kind == Kind::close && close(token, '}')) break;
    std::array<Value, 2> pair{};
    if (token.kind == Kind::close || !read(token, pair[0]) || !read_colon() || !read(pair[1])) {
      stack_.resize(begin);
      return false;
    }
    stack_.push_back(values_.list(pair));
  }
  const std::span<Value> pairs = std::span(stack_).subspan(begin);
  std::ranges::sort(pairs, {}, &Value::bits);
  out = values_.list(pairs);
  stack_.resize(begin);
  return true;
}

}  // namespace picklock
