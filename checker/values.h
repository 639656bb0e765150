// Values as histories contain them: nothing, booleans, integers, texts, and lists. Equal values have equal
// handles, so that judges compare one machine word.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace picklock {

// A handle of eight bytes. Integers of up to 62 bits stand in it; the rest lies in the ValueTable that
// made it, and only handles of one table may be compared.
class Value {
 public:
  constexpr Value() = default;  // nil

  static constexpr bool fits(std::int64_t number) {
    return number >= -(std::int64_t{1} << 61) && number < (std::int64_t{1} << 61);
  }
  static constexpr Value integer(std::int64_t number) {  // number fits
    return Value(static_cast<std::uint64_t>(number) << 2 | kInteger);
  }
  static constexpr Value boolean(bool truth) { return Value(truth ? kTrue : kFalse); }

  constexpr bool is_nil() const { return bits_ == 0; }
  constexpr bool is_integer() const { return (bits_ & 3) == kInteger; }
  constexpr bool is_boolean() const { return bits_ == kTrue || bits_ == kFalse; }
  constexpr bool is_text() const { return (bits_ & 3) == kText; }
  constexpr bool is_list() const { return (bits_ & 3) == kList; }
  constexpr std::int64_t as_integer() const {  // is_integer()
    return static_cast<std::int64_t>(bits_) >> 2;
  }
  constexpr std::uint64_t bits() const { return bits_; }

  friend constexpr bool operator==(Value, Value) = default;

 private:
  friend class ValueTable;
  static constexpr std::uint64_t kInteger = 1;
  static constexpr std::uint64_t kText = 2;
  static constexpr std::uint64_t kList = 3;
  static constexpr std::uint64_t kFalse = 4;
  static constexpr std::uint64_t kTrue = 8;

  constexpr explicit Value(std::uint64_t bits) : bits_(bits) {}
  constexpr std::size_t place() const { return static_cast<std::size_t>(bits_ >> 2); }

  std::uint64_t bits_ = 0;
};

// Owns the texts and lists of one history. It moves, and is never copied: handles name places in it.
class ValueTable {
 public:
  ValueTable() = default;
  ValueTable(ValueTable&&) = default;
  ValueTable& operator=(ValueTable&&) = default;

  Value text(std::string_view text);
  Value list(std::span<const Value> items);
  Value number(std::int64_t number);  // as text, exactly, when it does not fit

  std::optional<Value> find_text(std::string_view text) const;  // nothing: it has never occurred
  std::string_view text_of(Value value) const;  // value.is_text(); valid as long as the table
  std::span<const Value> items_of(
      Value value) const;               // value.is_list(); valid until the next list()
  std::string show(Value value) const;  // as a person would write it: nil, 3, "a", [1 2]

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using TextPlaces =
      std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;  // only looked up
  TextPlaces text_places_;
  std::vector<const std::string*> texts_;
  std::map<std::vector<std::uint64_t>, std::uint32_t> list_places_;
  std::vector<std::vector<Value>> lists_;
};

}  // namespace picklock
