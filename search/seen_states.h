// The states that a search has seen, each with a few numbers that may only become fewer.
//
// Open addressing with linear probing in one array, and the numbers in another: to look a state up misses the cache once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace picklock {

class SeenStates {
 public:
  struct Found {
    std::uint64_t entry = 0;  // for numbers() and keep(), until the next state is added
    bool is_new = false;      // it was not seen before, and has been added with these numbers
  };

  void clear();
  // This state is asked for soon.
  void prefetch(std::uint64_t state) const {
    if (!entries_.empty()) __builtin_prefetch(&entries_[state & (entries_.size() - 1)]);
  }
  // O(1), or O(states) where the array doubles.
  Found find_or_add(std::uint64_t state, std::span<const std::uint64_t> numbers);
  std::span<const std::uint64_t> numbers(std::uint64_t entry) const {
    return {numbers_.data() + entries_[entry].first, entries_[entry].count};
  }
  // Drops the numbers of which `stays` says false. The others stay in their order.
  template <class Predicate>
  void keep(std::uint64_t entry, Predicate stays) {
    Entry& kept = entries_[entry];
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < kept.count; ++i) {
      const std::uint64_t number = numbers_[kept.first + i];
      if (stays(number)) numbers_[kept.first + count++] = number;
    }
    kept.count = count;
  }

 private:
  static constexpr std::uint32_t kFree = 0xffffffff;
  struct Entry {
    std::uint64_t state = 0;
    std::uint32_t first = kFree;  // of its numbers
    std::uint32_t count = 0;
    bool is_free() const { return first == kFree; }
  };
  std::uint64_t place_of(std::uint64_t state) const;
  void grow();

  std::vector<Entry> entries_;  // a power of two, at least half of them free
  std::vector<std::uint64_t> numbers_;
  std::uint64_t states_ = 0;
};

}  // namespace picklock
