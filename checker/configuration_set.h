// The frontier of a linearizability search: the ways to explain a history so far, each once.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/hash.h"
#include "checker/scratch.h"
#include "checker/slot_set.h"
#include "checker/timeline.h"

namespace picklock::search {

// One way to explain the history so far.
template <class State, std::size_t Words>
struct Configuration {
  State state{};
  SlotSet<Words> done;             // calls in flight that have taken effect
  std::uint32_t trace = kNoIndex;  // how it came about: a step of the Trace, if one is kept
};

// An insertion-ordered set. Linear while small, then open addressing.
//
// Calls in flight that need not take effect are `free`. One configuration covers another if its state does or is the
// same, the same of the other calls have taken effect in both, and no free ones in it but those that have in the
// other: then it can go on in every way in which the other can, and the other is not taken in.
template <class State, std::size_t Words>
class ConfigurationSet {
 public:
  using Item = Configuration<State, Words>;

  explicit ConfigurationSet(std::pmr::memory_resource* memory) : items_(memory), table_(memory) {}

  void clear(const SlotSet<Words>& free = {}) {
    items_.clear();
    table_.clear();
    free_ = free;
  }
  std::size_t size() const { return items_.size(); }
  std::size_t bytes() const {
    return items_.capacity() * sizeof(Item) + table_.capacity() * sizeof(std::uint32_t);
  }
  const Item& operator[](std::size_t i) const { return items_[i]; }
  std::span<const Item> items() const { return items_; }
  void swap(ConfigurationSet& other) {
    items_.swap(other.items_);
    table_.swap(other.table_);
    std::swap(free_, other.free_);
  }

  bool insert(const Item& item) {
    if (items_.size() < kSmall) {
      const auto covers_it = [&](const Item& known) { return covers(known, item); };
      if (std::ranges::any_of(items_, covers_it)) return false;
      items_.push_back(item);
      return true;
    }
    if (table_.size() < 2 * (items_.size() + 1)) rebuild(4 * std::bit_ceil(items_.size() + 1));
    std::uint32_t& place = find(item);
    if (place != kNoIndex) return false;
    place = static_cast<std::uint32_t>(items_.size());
    items_.push_back(item);
    return true;
  }

 private:
  static constexpr std::size_t kSmall = 16;

  static bool covers(const State& known, const State& state) {
    if constexpr (requires { known.covers(state); }) {
      return known.covers(state);
    } else {
      return known == state;
    }
  }
  bool covers(const Item& known, const Item& item) const {
    return covers(known.state, item.state) && known.done - free_ == item.done - free_ &&
           (known.done - item.done).is_empty();
  }

  // The place of one that covers it, or where it belongs.
  std::uint32_t& find(const Item& item) {
    std::size_t at = mix(hash_of(item.state) ^ hash_of(item.done - free_)) & (table_.size() - 1);
    while (table_[at] != kNoIndex && !covers(items_[table_[at]], item)) {
      at = (at + 1) & (table_.size() - 1);
    }
    return table_[at];
  }
  void rebuild(std::size_t size) {
    table_.assign(size, kNoIndex);
    for (std::uint32_t i = 0; i < items_.size(); ++i) find(items_[i]) = i;
  }

  ScratchVector<Item> items_;
  ScratchVector<std::uint32_t> table_;  // places in items_; its size is a power of two
  SlotSet<Words> free_;
};

}  // namespace picklock::search
