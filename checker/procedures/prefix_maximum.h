// A growing row of numbers of which the first few rise together, and where the largest stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace picklock {

// Only records are kept apart: numbers larger than all before them. Whatever rises before a number rises
// no slower than it, so what is no record never becomes one. Raising and reading take O(log n) amortised
// (union-find by halving); nothing else depends on the length.
class PrefixMaximum {
 public:
  enum class Ties : std::uint8_t { earliest, latest };

  explicit PrefixMaximum(Ties ties) : least_rise_(ties == Ties::earliest ? 1 : 0) {}

  void append(std::int64_t value) {
    const auto index = static_cast<std::uint32_t>(entries_.size());
    const bool is_record = entries_.empty() || value - maximum_ >= least_rise_;
    if (!is_record) {
      entries_.push_back({.record = last_});
      return;
    }
    entries_.push_back({.record = index, .rise = entries_.empty() ? 0 : value - maximum_});
    if (index > 0) entries_[last_].next = index;
    last_ = index;
    maximum_ = value;
  }

  // The first `count` numbers, at least one, become larger by one.
  void raise(std::size_t count) {
    const std::uint32_t raised = record_of(static_cast<std::uint32_t>(count - 1));
    if (raised == last_) {
      ++maximum_;
      return;
    }
    std::uint32_t next = entries_[raised].next;
    --entries_[next].rise;
    while (entries_[next].rise < least_rise_) {
      entries_[next].record = raised;
      const std::int64_t rise = entries_[next].rise;
      if (next == last_) {
        last_ = raised;
        maximum_ -= rise;
        return;
      }
      next = entries_[raised].next = entries_[next].next;
      entries_[next].rise += rise;
    }
  }

  std::size_t size() const { return entries_.size(); }
  std::int64_t maximum() const { return maximum_; }
  // The first or the last place of the maximum, as the ties were chosen.
  std::uint32_t place() const { return last_; }

 private:
  struct Entry {
    std::uint32_t record =
        0;  // itself, or one that is at least as large and nearer to the record before it
    std::uint32_t next = 0;  // of a record but the last: the next
    std::int64_t rise = 0;   // of a record: above the record before
  };

  std::uint32_t record_of(std::uint32_t index) {
    while (entries_[index].record != index) {
      index = entries_[index].record = entries_[entries_[index].record].record;
    }
    return index;
  }

  std::int64_t least_rise_;
  std::vector<Entry> entries_;
  std::uint32_t last_ = 0;
  std::int64_t maximum_ = 0;
};

}  // namespace picklock
