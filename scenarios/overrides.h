// Changes to a JSON value by JSON pointer: --set, and the fixes of a scenario.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/positions.h"

namespace picklock::loading {

// Several changes to one value. Indices of arrays mean the value as it was: elements that are taken away
// leave only when finish() is called.
class Edit {
 public:
  explicit Edit(Json root) : root_(std::move(root)) {}

  // Sets, or with a null takes away, the value at `pointer`. Objects on the way to it are made. Returns
  // what is wrong, "expected ...", or nothing.
  std::string set(const std::string& pointer, Json value);
  // Takes out of the arrays what was taken away.
  void finish();

  const Json& root() const { return root_; }
  // Where the last successful set() took place: as its pointer, but "-" became an index.
  const std::string& place() const { return place_; }
  // The pointer, before finish(), of what stands at `pointer` now.
  std::string original(const std::string& pointer) const;

 private:
  std::string step(Json*& value, const std::string& token, bool last);

  Json root_;
  std::string place_;
  std::vector<std::pair<std::string, std::size_t>> taken_;  // array and index, in order
};

// `text` as JSON, or as a string when it is none: 30s needs no quotes.
Json lenient_value(const std::string& text);

}  // namespace picklock::loading
