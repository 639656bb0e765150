#include "scenarios/decoder.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "scenarios/syntax.h"

namespace picklock::loading {

bool Issues::clean(std::string_view pointer) const {
  return std::ranges::none_of(list_, [&](const Issue& issue) {
    const std::string_view at = issue.pointer;
    return at.starts_with(pointer) && (at.size() == pointer.size() || at[pointer.size()] == '/');
  });
}

Cursor Cursor::operator[](const std::string& key) const {
  return {value_->at(key), pointer_ + "/" + escape_token(key), *issues_};
}

Cursor Cursor::operator[](std::size_t index) const {
  return {value_->at(index), fmt::format("{}/{}", pointer_, index), *issues_};
}

void Cursor::wrong(const std::string& expected, std::string hint) const {
  issue(fmt::format("expected {}, got {}", expected, describe(*value_)), std::move(hint));
}

void Cursor::issue(const std::string& expected, std::string hint) const {
  issues_->add({.pointer = pointer_, .expected = expected, .hint = std::move(hint)});
}

void Cursor::issue_in(const std::string& key, const std::string& expected, std::string hint) const {
  if (value_->is_object() && has(key)) {
    (*this)[key].issue(expected, std::move(hint));
  } else {
    issue(expected, std::move(hint));
  }
}

void Cursor::wrong_key(const std::string& key, const std::string& expected,
                       std::string hint) const {
  issues_->add({.pointer = pointer_ + "/" + escape_token(key),
                .at_key = true,
                .expected = fmt::format("expected {}, got {}", expected, quote(key)),
                .hint = std::move(hint)});
}

bool Cursor::is_object() const {
  if (!value_->is_object()) wrong("an object");
  return value_->is_object();
}

bool Cursor::is_array() const {
  if (!value_->is_array()) wrong("an array");
  return value_->is_array();
}

std::string describe(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  if (value.is_string()) return quote(value.get_ref<const std::string&>());
  return value.dump();
}

std::string alternatives(std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += i == 0 ? "" : i + 1 == names.size() ? " or " : ", ";
    text += quote(names[i]);
  }
  return text;
}

Kind<bool> a_flag() {
  return {[] {
            return Json({{"type", "boolean"}});
          },
          [](const Cursor& at) -> std::optional<bool> {
            if (at.value().is_boolean()) return at.value().get<bool>();
            at.wrong("true or false");
            return std::nullopt;
          }};
}

Kind<std::string> a_text() {
  return {[] {
            return Json({{"type", "string"}});
          },
          [](const Cursor& at) -> std::optional<std::string> {
            if (at.value().is_string()) return at.value().get<std::string>();
            at.wrong("a text");
            return std::nullopt;
          }};
}

Kind<std::string> a_name() {
  static constexpr std::size_t kLongest = 100;
  static constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return {[] {
            return Json(
                {{"type", "string"}, {"pattern", "^[A-Za-z0-9_.-]+$"}, {"maxLength", kLongest}});
          },
          [](const Cursor& at) -> std::optional<std::string> {
            if (at.value().is_string()) {
              const auto name = at.value().get<std::string>();
              const bool plain = name.find_first_not_of(kAllowed) == std::string::npos;
              if (plain && !name.empty() && name.size() <= kLongest) return name;
            }
            at.wrong("a name of 1 to 100 letters, digits, \"_\", \"-\" and \".\"");
            return std::nullopt;
          }};
}

Kind<std::string> one_of(std::vector<std::string> names) {
  return {[names] {
            return Json({{"enum", names}});
          },
          [names = std::move(names)](const Cursor& at) -> std::optional<std::string> {
            if (at.value().is_string()) {
              auto name = at.value().get<std::string>();
              if (std::ranges::find(names, name) != names.end()) return name;
              at.wrong(alternatives(names), did_you_mean(name, names));
            } else {
              at.wrong(alternatives(names));
            }
            return std::nullopt;
          }};
}

Kind<std::int64_t> an_integer(std::int64_t least, std::int64_t most) {
  return {[least, most] {
            return Json({{"type", "integer"}, {"minimum", least}, {"maximum", most}});
          },
          [least, most](const Cursor& at) -> std::optional<std::int64_t> {
            const Json& value = at.value();
            // What is_number_unsigned() says may exceed 63 bits.
            const bool fits = value.is_number_integer() &&
                              (!value.is_number_unsigned() ||
                               std::in_range<std::int64_t>(value.get<std::uint64_t>()));
            if (fits && value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most) {
              return value.get<std::int64_t>();
            }
            at.wrong(fmt::format("an integer from {} to {}", least, most));
            return std::nullopt;
          }};
}

Kind<std::uint64_t> a_seed() {
  return {[] {
            return Json({{"type", "integer"}, {"minimum", 0}});
          },
          [](const Cursor& at) -> std::optional<std::uint64_t> {
            if (at.value().is_number_unsigned()) return at.value().get<std::uint64_t>();
            at.wrong("a seed from 0 to 18446744073709551615");
            return std::nullopt;
          }};
}

Kind<Ratio> a_ratio() {
  return {[] {
            return Json({{"type", "string"}, {"examples", {"1/100", "0.01", "1%"}}});
          },
          [](const Cursor& at) -> std::optional<Ratio> {
            if (at.value().is_string()) {
              if (auto ratio = parse_ratio(at.value().get_ref<const std::string&>())) return ratio;
            }
            at.wrong("a probability from 0 to 1 such as \"1/100\", \"0.01\" or \"1%\"",
                     at.value().is_number() ? fmt::format("write \"{}\"", at.value().dump()) : "");
            return std::nullopt;
          }};
}

void reject_unknown_keys(const Cursor& object, std::span<const std::string> known,
                         const std::string& what) {
  for (const auto& [key, value] : object.value().items()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    std::string hint = did_you_mean(key, known);
    if (hint.empty()) hint = "use " + alternatives(known);
    object.wrong_key(key, what, std::move(hint));
  }
}

void report_missing_key(const Cursor& object, const std::string& key,
                        std::span<const std::string> known, const std::string& what) {
  for (const auto& [found, value] : object.value().items()) {
    const bool is_known = std::ranges::find(known, found) != known.end();
    if (!is_known && nearest_name(found, known) == key) return;
  }
  object.issue(fmt::format("expected \"{}\" in {}, got none", key, what));
}

}  // namespace picklock::loading
