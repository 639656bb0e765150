// States that do not fit a machine word, each stored once: equal states have equal numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace picklock {

class Interner {
 public:
  std::uint64_t number_of(std::string_view bytes) {
    if (const auto found = numbers_.find(bytes); found != numbers_.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(states_.size());
    const auto [added, is_new] = numbers_.emplace(bytes, number);
    states_.push_back(&added->first);
    bytes_ += bytes.size() + 96;  // beside the text: its node, its bucket, its place
    return number;
  }
  // Valid as long as the interner.
  std::string_view bytes_of(std::uint64_t number) const { return *states_[number]; }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  // Only looked up, never walked: its order shows nowhere.
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;  // see above
  std::vector<const std::string*> states_;
  std::size_t bytes_ = 0;
};

}  // namespace picklock
