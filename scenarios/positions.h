// Where each value of a JSON text stands. The parser of nlohmann 3.11 does not tell.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/diagnostic.h"

namespace picklock::loading {

using Json = nlohmann::json;

struct Place {
  int line = 0;    // from 1
  int column = 0;  // in bytes, from 1; a tab is one byte
  friend bool operator==(const Place&, const Place&) = default;
};

// The places of the values and keys of one text, by JSON pointer.
class Positions {
 public:
  explicit Positions(std::string_view text);

  // The place of a byte offset. O(log lines).
  Place place(std::size_t offset) const;

  void add_key(const std::string& pointer, std::size_t offset) { keys_[pointer] = offset; }
  void add_value(const std::string& pointer, std::size_t offset) { values_[pointer] = offset; }
  std::size_t size() const { return values_.size(); }

  // Nothing when the text has no such value. The root and the elements of arrays have no key.
  std::optional<Place> of_value(const std::string& pointer) const { return find(values_, pointer); }
  std::optional<Place> of_key(const std::string& pointer) const { return find(keys_, pointer); }

 private:
  using Offsets = std::map<std::string, std::size_t>;
  std::optional<Place> find(const Offsets& offsets, const std::string& pointer) const;

  std::vector<std::size_t> lines_;  // the offset at which each line begins
  Offsets keys_;
  Offsets values_;
};

struct Document {
  Json value;
  Positions positions;
};

inline constexpr std::size_t kDeepest = 64;  // values nested in values
inline constexpr std::size_t kMostValues = 100'000;

// Reads JSON with // and /* */ comments. What is wrong is appended to `problems`, without the name of
// a file. A key that stands twice in an object is a problem, but does not hinder reading on; nothing
// is returned when the text is no JSON. No recursion: hostile nesting does not exhaust the stack.
std::optional<Document> read_document(std::string_view text, Diagnostics& problems);

// A key as one token of a JSON pointer: "~" becomes "~0", "/" becomes "~1".
std::string escape_token(std::string_view key);

}  // namespace picklock::loading
