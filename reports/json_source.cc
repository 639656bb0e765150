#include "reports/json_source.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace picklock {
namespace {

using nlohmann::json;

// Steps over the values of a JSON text that is known to be valid. Never recursive: depth is the
// author's choice.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { skip_space(); }

  std::size_t at() const { return at_; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void advance() {
    ++at_;
    skip_space();
  }

  // The raw text of a string, without its quotes.
  std::string_view skip_string() {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    const std::size_t end = std::min(at_, text_.size());
    at_ = end;
    advance();
    return text_.substr(begin, end - begin);
  }

  void skip_value() {
    int depth = 0;
    do {
      const char c = peek();
      if (c == '"') {
        skip_string();
      } else {
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        if (is_delimiter(c)) {
          advance();
        } else {
          while (at_ < text_.size() && !is_delimiter(peek()) && peek() != '"') ++at_;
          skip_space();
        }
      }
    } while (at_ < text_.size() && depth > 0);
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  static bool is_delimiter(char c) {
    return is_space(c) || c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':';
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Moves to the member `token` of the object or array at which the scanner stands.
bool enter(Scanner& scanner, std::string_view token) {
  const bool object = scanner.peek() == '{';
  if (!object && scanner.peek() != '[') return false;
  scanner.advance();
  for (std::size_t index = 0; scanner.peek() != '}' && scanner.peek() != ']'; ++index) {
    bool found = false;
    if (object) {
      found = scanner.skip_string() == token;
      scanner.advance();  // the colon
    } else {
      found = std::to_string(index) == token;
    }
    if (found) return true;
    scanner.skip_value();
    if (scanner.peek() == '\0') return false;
    if (scanner.peek() == ',') scanner.advance();
  }
  return false;
}

}  // namespace

std::size_t locate(std::string_view text, std::string_view pointer) {
  Scanner scanner(text);
  std::size_t found = scanner.at();
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    if (!enter(scanner, pointer.substr(0, end))) break;
    found = scanner.at();
    pointer.remove_prefix(end);
  }
  return found;
}

std::string shown(const json& value) {
  constexpr std::size_t kLongest = 40;
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return text;
}

std::optional<json> JsonSource::parse(std::string_view what) {
  try {
    return json::parse(text_);
  } catch (const json::parse_error& error) {
    const std::size_t offset = error.byte > 0 ? error.byte - 1 : 0;
    if (offset >= text_.size()) {
      add(text_.size(), {}, fmt::format("expected the rest of {}, got the end of the file", what),
          "was it cut off?");
    } else {
      std::string reason = error.what();
      const std::size_t detail = reason.find(": ", reason.find("column"));
      if (detail != std::string::npos) reason = reason.substr(detail + 2);
      add(offset, {}, fmt::format("expected {} in JSON, got a {}", what, reason), {});
    }
    return std::nullopt;
  }
}

void JsonSource::error(const std::string& pointer, std::string expected, std::string hint) {
  add(locate(text_, pointer), pointer, std::move(expected), std::move(hint));
}

void JsonSource::add(std::size_t offset, std::string pointer, std::string expected,
                     std::string hint) {
  if (errors_.size() >= kMost) {
    ++dropped_;
    return;
  }
  const std::string_view before = text_.substr(0, offset);
  const auto line = static_cast<int>(std::ranges::count(before, '\n'));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 = 0
  errors_.push_back({.file = file_,
                     .line = first_line_ + line,
                     .column = static_cast<int>(offset - line_start) + 1,
                     .pointer = std::move(pointer),
                     .expected = std::move(expected),
                     .hint = std::move(hint)});
}

ObjectReader::ObjectReader(JsonSource& source, const json& value, std::string pointer)
    : source_(source),
      json_(value),
      pointer_(std::move(pointer)),
      errors_before_(source.error_count()) {
  if (!json_.is_object()) {
    source_.error(pointer_, fmt::format("expected an object, got {}", shown(json_)));
  }
}

std::string ObjectReader::pointer_to(std::string_view key) const {
  return fmt::format("{}/{}", pointer_, key);
}

void ObjectReader::wrong(std::string_view key, const std::string& expected, const json& got,
                         std::string hint) {
  source_.error(pointer_to(key), fmt::format("expected {}, got {}", expected, shown(got)),
                std::move(hint));
}

const json* ObjectReader::find(std::string_view key, Need need) {
  known_.emplace_back(key);
  if (!json_.is_object()) return nullptr;
  const auto found = json_.find(std::string(key));
  if (found != json_.end()) return &*found;
  if (need == Need::required) {
    source_.error(pointer_, fmt::format("expected a key \"{}\", got none", key));
  }
  return nullptr;
}

void ObjectReader::read(std::string_view key, bool& out, Need need) {
  const json* value = find(key, need);
  if (value == nullptr) return;
  if (value->is_boolean()) {
    out = value->get<bool>();
  } else {
    wrong(key, "true or false", *value);
  }
}

void ObjectReader::read(std::string_view key, std::string& out, Need need) {
  const json* value = find(key, need);
  if (value == nullptr) return;
  if (value->is_string()) {
    out = value->get_ref<const std::string&>();
  } else {
    wrong(key, "a string", *value);
  }
}

void ObjectReader::read(std::string_view key, Duration& out, Need need) {
  const json* value = find(key, need);
  if (value == nullptr) return;
  if (value->is_null()) {
    out = kForever;
    return;
  }
  std::int64_t ns = nanoseconds(out);
  read(key, ns, need);
  out = Duration{ns};
}

void ObjectReader::read(std::string_view key, TrueTime& out, Need need) {
  Duration since_start = out.time_since_epoch();
  read(key, since_start, need);
  out = TrueTime{since_start};
}

std::optional<std::size_t> ObjectReader::read_name(std::string_view key,
                                                   std::span<const std::string> names, Need need) {
  const json* value = find(key, need);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) {
    const auto found = std::ranges::find(names, value->get_ref<const std::string&>());
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  constexpr std::size_t kMostListed = 16;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) {
    list += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", names[i]);
  }
  if (names.size() > kMostListed) list += ", ...";
  wrong(key, names.empty() ? "a name, but there are none" : "one of " + list, *value,
        value->is_string() ? did_you_mean(value->get_ref<const std::string&>(), names) : "");
  return std::nullopt;
}

std::string ObjectReader::text_or_null(std::string_view key) {
  const json* value = find(key, Need::required);
  std::string text;
  if (value != nullptr && !value->is_null()) read(key, text);
  return text;
}

bool ObjectReader::check_schema(std::string_view expected) {
  std::string schema;
  read("schema", schema);
  if (schema == expected) return true;
  const bool newer = schema.starts_with(expected.substr(0, expected.rfind('-') + 1));
  wrong("schema", fmt::format("\"{}\"", expected), schema,
        newer ? "a newer picklock wrote this: use that one" : "");
  return false;
}

bool ObjectReader::finish() {
  if (json_.is_object()) {
    for (const auto& [key, value] : json_.items()) {
      if (std::ranges::find(known_, key) != known_.end()) continue;
      source_.error(pointer_to(key), fmt::format("expected no key \"{}\" here", key),
                    did_you_mean(key, known_));
    }
  }
  return source_.error_count() == errors_before_;
}

}  // namespace picklock
