#include "sim/event_queue.h"

#include <bit>

#include "base/require.h"

namespace picklock {

EventQueue::EventQueue() {
  pool_.reserve(256);
}

void EventQueue::link(std::uint32_t index) {
  Entry& entry = pool_[index];
  require(entry.at >= now_, "an event lies in the past");
  const std::uint64_t differing = entry.at ^ now_;
  const int level = differing == 0 ? 0 : (63 - std::countl_zero(differing)) / 6;
  const auto slot = static_cast<std::uint32_t>((entry.at >> (6 * level)) & 63);
  const auto where = static_cast<std::uint32_t>(level) * kSlots + slot;
  List& list = lists_[where];
  entry.where = static_cast<std::uint16_t>(where);
  entry.next = kNone;
  entry.previous = list.tail;
  if (list.tail == kNone) {
    list.head = index;
    slots_[static_cast<std::size_t>(level)] |= std::uint64_t{1} << slot;
    levels_ |= 1U << level;
  } else {
    pool_[list.tail].next = index;
  }
  list.tail = index;
}

void EventQueue::unlink(std::uint32_t index) {
  Entry& entry = pool_[index];
  List& list = lists_[entry.where];
  if (entry.previous == kNone) {
    list.head = entry.next;
  } else {
    pool_[entry.previous].next = entry.next;
  }
  if (entry.next == kNone) {
    list.tail = entry.previous;
  } else {
    pool_[entry.next].previous = entry.previous;
  }
  if (list.head == kNone) {
    const auto level = static_cast<std::size_t>(entry.where / kSlots);
    slots_[level] &= ~(std::uint64_t{1} << (entry.where % kSlots));
    if (slots_[level] == 0) levels_ &= ~(1U << level);
  }
}

void EventQueue::release(std::uint32_t index) {
  Entry& entry = pool_[index];
  entry.where = kFree;
  ++entry.generation;
  entry.next = free_;
  free_ = index;
  --size_;
}

EventQueue::Ticket EventQueue::push(TrueTime at, const Payload& payload) {
  std::uint32_t index = free_;
  if (index == kNone) {
    index = static_cast<std::uint32_t>(pool_.size());
    pool_.emplace_back();
  } else {
    free_ = pool_[index].next;
  }
  Entry& entry = pool_[index];
  entry.at = static_cast<std::uint64_t>(nanoseconds(at));
  entry.payload = payload;
  link(index);
  ++size_;
  return {index, entry.generation};
}

std::uint32_t EventQueue::cancel(Ticket ticket) {
  if (ticket.index == kNone) return kNotPending;
  if (pool_[ticket.index].generation != ticket.generation) return kNotPending;
  unlink(ticket.index);
  release(ticket.index);
  return pool_[ticket.index].payload.flags;
}

// Empties the first slot of a level above 0: now moves to its earliest entry, and every entry goes to
// the level where it belongs from there. Keeping the list's order keeps equal times in order.
void EventQueue::descend(int level) {
  const auto l = static_cast<std::size_t>(level);
  const int slot = std::countr_zero(slots_[l]);
  List& list = lists_[l * kSlots + static_cast<std::size_t>(slot)];
  std::uint64_t earliest = std::numeric_limits<std::uint64_t>::max();
  for (std::uint32_t i = list.head; i != kNone; i = pool_[i].next) {
    if (pool_[i].at < earliest) earliest = pool_[i].at;
  }
  std::uint32_t i = list.head;
  list = {};
  slots_[l] &= slots_[l] - 1;
  if (slots_[l] == 0) levels_ &= ~(1U << level);
  now_ = earliest;
  while (i != kNone) {
    const std::uint32_t next = pool_[i].next;
    link(i);
    i = next;
  }
}

EventQueue::Payload EventQueue::pop() {
  require(levels_ != 0, "pop of an empty event queue");
  const int level = std::countr_zero(levels_);
  if (level != 0) {
    const auto l = static_cast<std::size_t>(level);
    const auto slot = static_cast<std::size_t>(std::countr_zero(slots_[l]));
    const std::uint32_t head = lists_[l * kSlots + slot].head;
    if (pool_[head].next == kNone) {  // alone: no need to descend
      now_ = pool_[head].at;
      unlink(head);
      release(head);
      return pool_[head].payload;
    }
    descend(level);
  }
  const auto slot = static_cast<std::size_t>(std::countr_zero(slots_[0]));
  const std::uint32_t head = lists_[slot].head;
  now_ = pool_[head].at;
  unlink(head);
  release(head);
  return pool_[head].payload;
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
