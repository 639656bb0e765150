// A set of the calls in flight, each by its slot: a bit mask of a fixed number of words.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/hash.h"

namespace picklock::search {

template <std::size_t Words>
class SlotSet {
 public:
  static constexpr std::uint32_t kSlots = 64 * Words;

  constexpr bool has(std::uint32_t slot) const { return (words_[slot / 64] >> slot % 64 & 1) != 0; }
  constexpr void add(std::uint32_t slot) { words_[slot / 64] |= std::uint64_t{1} << slot % 64; }
  constexpr void remove(std::uint32_t slot) {
    words_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
  }
  constexpr bool is_empty() const {
    for (const std::uint64_t word : words_) {
      if (word != 0) return false;
    }
    return true;
  }
  // The lowest slot that is not in the set, or kSlots.
  constexpr std::uint32_t first_free() const {
    for (std::uint32_t i = 0; i < Words; ++i) {
      if (~words_[i] != 0) return 64 * i + static_cast<std::uint32_t>(std::countr_one(words_[i]));
    }
    return kSlots;
  }
  // visit(slot), lowest first, until it returns false; false then.
  template <class Visit>
  constexpr bool each(Visit visit) const {
    for (std::uint32_t i = 0; i < Words; ++i) {
      for (std::uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) {
        if (!visit(64 * i + static_cast<std::uint32_t>(std::countr_zero(rest)))) return false;
      }
    }
    return true;
  }

  constexpr SlotSet& operator&=(const SlotSet& other) {
    for (std::size_t i = 0; i < Words; ++i) words_[i] &= other.words_[i];
    return *this;
  }
  friend constexpr SlotSet operator-(SlotSet set, const SlotSet& other) {
    for (std::size_t i = 0; i < Words; ++i) set.words_[i] &= ~other.words_[i];
    return set;
  }
  friend constexpr bool operator==(const SlotSet&, const SlotSet&) = default;
  friend constexpr std::uint64_t hash_of(const SlotSet& set) {
    std::uint64_t hash = 0;
    for (const std::uint64_t word : set.words_) hash = mix(hash ^ word);
    return hash;
  }

 private:
  std::array<std::uint64_t, Words> words_{};
};

}  // namespace picklock::search
