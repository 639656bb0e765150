// Reading JSON that a person may have edited: every mistake with its file, line and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"

namespace picklock {

// One JSON text, and what is wrong with it. At most kMost diagnostics are kept; the rest is counted.
class JsonSource {
 public:
  static constexpr std::size_t kMost = 50;

  // `text` must outlive the source. `first_line` is the number of its first line in the file.
  JsonSource(std::string_view text, std::string file, Diagnostics& errors, int first_line = 1)
      : text_(text), file_(std::move(file)), errors_(errors), first_line_(first_line) {}

  // Nothing, and a diagnostic, when the text is no JSON. `what` names it: "a trace".
  std::optional<nlohmann::json> parse(std::string_view what);

  // "expected ..." at the value of this pointer, or where its nearest existing parent begins.
  void error(const std::string& pointer, std::string expected, std::string hint = {});
  std::size_t error_count() const { return errors_.size() + dropped_; }

 private:
  void add(std::size_t offset, std::string pointer, std::string expected, std::string hint);

  std::string_view text_;
  std::string file_;
  Diagnostics& errors_;
  int first_line_;
  std::size_t dropped_ = 0;
};

// Where the value of a JSON pointer begins in a valid JSON text: that of its nearest existing parent
// when there is no such value. O(length of the text).
std::size_t locate(std::string_view text, std::string_view pointer);

// `"text"` shortened for a diagnostic.
std::string shown(const nlohmann::json& value);

// Reads one object key by key. A key that nobody asked for is an error when finish() is called.
class ObjectReader {
 public:
  // An error when `json` is no object.
  ObjectReader(JsonSource& source, const nlohmann::json& json, std::string pointer);

  enum class Need : std::uint8_t { required, optional };

  // The value, or null; an error when it is required and missing.
  const nlohmann::json* find(std::string_view key, Need need);

  // Reads into `out`; leaves it as it is when the key is missing or its value is wrong.
  template <class Integer>
  requires std::is_integral_v<Integer>
  void read(std::string_view key, Integer& out, Need need = Need::required);
  void read(std::string_view key, bool& out, Need need = Need::required);
  void read(std::string_view key, std::string& out, Need need = Need::required);
  // Nanoseconds; null is "never".
  void read(std::string_view key, Duration& out, Need need = Need::required);
  void read(std::string_view key, TrueTime& out, Need need = Need::required);

  // The position in `names` of a string that must be one of them.
  std::optional<std::size_t> read_name(std::string_view key, std::span<const std::string> names,
                                       Need need = Need::required);

  // A text, or "" where the document has null.
  std::string text_or_null(std::string_view key);

  // Calls `each(element, pointer)` for the elements of an array.
  template <class Each>
  void for_each(std::string_view key, Each each);

  // True when "schema" is `expected`, "picklock-result-1"; else an error, which tells a newer one as such.
  bool check_schema(std::string_view expected);

  std::string pointer_to(std::string_view key) const;
  void wrong(std::string_view key, const std::string& expected, const nlohmann::json& got,
             std::string hint = {});
  // True when nothing was wrong with this object.
  bool finish();

 private:
  JsonSource& source_;
  const nlohmann::json& json_;
  std::string pointer_;
  std::vector<std::string> known_;
  std::size_t errors_before_;
};

template <class Each>
void ObjectReader::for_each(std::string_view key, Each each) {
  const nlohmann::json* values = find(key, Need::required);
  if (values == nullptr) return;
  if (!values->is_array()) return wrong(key, "an array", *values);
  for (std::size_t i = 0; i < values->size(); ++i) {
    each((*values)[i], pointer_to(key) + "/" + std::to_string(i));
  }
}

template <class Integer>
requires std::is_integral_v<Integer>
void ObjectReader::read(std::string_view key, Integer& out, Need need) {
  const nlohmann::json* value = find(key, need);
  if (value == nullptr) return;
  if (value->is_number_unsigned() &&
      std::in_range<Integer>(value->get_ref<const std::uint64_t&>())) {
    out = static_cast<Integer>(value->get_ref<const std::uint64_t&>());
  } else if (value->is_number_integer() && !value->is_number_unsigned() &&
             std::in_range<Integer>(value->get_ref<const std::int64_t&>())) {
    out = static_cast<Integer>(value->get_ref<const std::int64_t&>());
  } else {
    wrong(key, std::is_signed_v<Integer> ? "a whole number" : "a whole number that is not negative",
          *value);
  }
}

}  // namespace picklock
