#include "sim/event_queue.h"

#include <bit>

#include "base/require.h"

namespace picklock {

EventQueue::EventQueue() {
  pool_.reserve(256);
  payloads_.reserve(256);
}

void EventQueue::grow() {
  free_ = static_cast<std::uint32_t>(pool_.size());
  pool_.emplace_back();
  payloads_.emplace_back();
}

// Empties the first slot of a level above 0: now moves to the slot's beginning, and every entry goes to
// the level where it belongs from there. Keeping the list's order keeps equal times in order.
void EventQueue::descend(std::uint32_t level) {
  const auto slot = static_cast<std::uint64_t>(std::countr_zero(slots_[level]));
  List& list = lists_[level * kSlots + slot];
  std::uint32_t i = list.head;
  list = {};
  slots_[level] &= slots_[level] - 1;
  if (slots_[level] == 0) levels_ &= ~(1U << level);
  const std::uint32_t shift = kLevelBits * level;
  const std::uint64_t above = level + 1 == kLevels ? 0 : ~std::uint64_t{0} << (shift + kLevelBits);
  now_ = (now_ & above) | slot << shift;
  while (i != kNone) {
    const std::uint32_t next = pool_[i].next;
    if (next != kNone) __builtin_prefetch(&pool_[next]);
    link(i);
    i = next;
  }
}

void EventQueue::reset() {
  while (levels_ != 0) {
    const auto level = static_cast<std::size_t>(std::countr_zero(levels_));
    const auto slot = static_cast<std::size_t>(std::countr_zero(slots_[level]));
    const std::uint32_t head = lists_[level * kSlots + slot].head;
    unlink(head);
    release(head);
  }
  // The free list in the order of the pool, so that a reused queue hands out what a new one would.
  free_ = kNone;
  for (std::size_t i = pool_.size(); i-- > 0;) {
    pool_[i].next = free_;
    free_ = static_cast<std::uint32_t>(i);
  }
  now_ = 0;
}

}  // namespace picklock
