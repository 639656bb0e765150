#include "checker/values.h"

#include <fmt/format.h>

#include "base/require.h"

namespace picklock {

Value ValueTable::text(std::string_view text) {
  auto place = text_places_.find(text);
  if (place == text_places_.end()) {
    place = text_places_.emplace(text, static_cast<std::uint32_t>(texts_.size())).first;
    texts_.push_back(&place->first);
  }
  return Value(std::uint64_t{place->second} << 2 | Value::kText);
}

std::optional<Value> ValueTable::find_text(std::string_view text) const {
  const auto place = text_places_.find(text);
  if (place == text_places_.end()) return {};
  return Value(std::uint64_t{place->second} << 2 | Value::kText);
}

Value ValueTable::list(std::span<const Value> items) {
  std::vector<std::uint64_t> key;
  key.reserve(items.size());
  for (const Value item : items) key.push_back(item.bits());
  const auto [place, is_new] =
      list_places_.try_emplace(std::move(key), static_cast<std::uint32_t>(lists_.size()));
  if (is_new) lists_.emplace_back(items.begin(), items.end());
  return Value(std::uint64_t{place->second} << 2 | Value::kList);
}

Value ValueTable::number(std::int64_t number) {
  return Value::fits(number) ? Value::integer(number) : text(fmt::to_string(number));
}

std::string_view ValueTable::text_of(Value value) const {
  require(value.is_text(), "a value that is read as text is one");
  return *texts_[value.place()];
}

std::span<const Value> ValueTable::items_of(Value value) const {
  require(value.is_list(), "a value that is read as a list is one");
  return lists_[value.place()];
}

std::string ValueTable::show(Value value) const {
  if (value.is_nil()) return "nil";
  if (value.is_boolean()) return value == Value::boolean(true) ? "true" : "false";
  if (value.is_integer()) return fmt::to_string(value.as_integer());
  if (value.is_text()) return fmt::format("\"{}\"", text_of(value));
  std::string shown;
  for (const Value item : items_of(value)) {
    if (!shown.empty()) shown += ' ';
    shown += show(item);
  }
  return "[" + shown + "]";
}

}  // namespace picklock
