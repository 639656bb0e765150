// The event queue: ordered by (true time, insertion), with cancellation in O(1).
//
// A hierarchical timing wheel of 11 levels of 64 slots over 64-bit nanoseconds, exact to 1 ns, with a
// bitmap a level. An entry lies at the level of the highest bit in which its time differs from now, so
// all entries of one time lie in one slot, in the order of insertion. push and cancel are O(1), pop is
// O(1) amortised over the levels that an entry descends. Entries live in one pool that is reused.
// Source: hashed and hierarchical timing wheels (Varghese and Lauck, SOSP 1987).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "base/require.h"
#include "base/time.h"

namespace picklock {

class EventQueue {
 public:
  // What a due entry gives back. Plain data; the kernel says what the fields mean.
  struct Payload {
    void* handler = nullptr;
    std::uint64_t word = 0;
    std::uint32_t slot = 0;
    std::uint32_t owner = 0;
    std::uint32_t epoch = 0;
    std::uint32_t link = 0;
    std::uint8_t kind = 0;
    std::uint8_t flags = 0;
    std::uint32_t nth = 0;  // names it among those of its link or node; 0: not yet
  };

  // Names one pending entry. A ticket of an entry that has fired or was cancelled is harmless.
  struct Ticket {
    std::uint32_t index = kNone;
    std::uint32_t generation = 0;
  };

  EventQueue();

  // `at` must not lie before the last popped time.
  Ticket push(TrueTime at, const Payload& payload);
  // Room for an entry whose payload the caller writes in place, at once and all of it. (A payload that is
  // put together elsewhere and then copied costs a failed store-to-load forwarding, a third of a push.)
  struct Place {
    Ticket ticket;
    Payload& payload;
  };
  Place place(TrueTime at);
  // The flags of the cancelled entry; kNotPending when it has fired or was cancelled before.
  static constexpr std::uint32_t kNotPending = 256;
  std::uint32_t cancel(Ticket ticket);

  bool empty() const { return levels_ == 0; }
  std::size_t size() const { return size_; }
  // Whether there is another entry at the time of the one that was popped last.
  bool has_more_now() const { return (slots_[0] >> (now_ & 63) & 1) != 0; }
  // The earliest entry, which becomes "now"; the queue must not be empty.
  Payload pop();
  TrueTime now() const { return true_time(static_cast<std::int64_t>(now_)); }

  // Drops everything and starts again at time zero, keeping the storage. O(pending).
  void reset();

  // Calls visit(at, payload) for each pending entry, in no order that means anything. O(pool).
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < pool_.size(); ++i) {
      if (pool_[i].where == kFree) continue;
      visit(true_time(static_cast<std::int64_t>(pool_[i].at)), payloads_[i]);
    }
  }

  // Calls visit(at, payload) for each pending entry in an order that depends only on the history of
  // calls; visit returns the entry's new time. O(pool). For the rare events that move clocks.
  template <class Visit>
  void reschedule(Visit visit) {
    moved_.clear();
    for (std::uint32_t i = 0; i < pool_.size(); ++i) {
      Entry& entry = pool_[i];
      if (entry.where == kFree) continue;
      const TrueTime at = true_time(static_cast<std::int64_t>(entry.at));
      const TrueTime moved = visit(at, std::as_const(payloads_[i]));
      if (moved == at) continue;
      unlink(i);
      entry.at = static_cast<std::uint64_t>(nanoseconds(moved));
      moved_.push_back(i);
    }
    for (const std::uint32_t i : moved_) link(i);
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kLevels = 11;
  static constexpr std::uint32_t kSlots = 64;
  static constexpr std::uint32_t kLevelBits = 6;
  static constexpr std::array<std::uint8_t, 64> kLevelOfBit = [] {
    std::array<std::uint8_t, 64> levels{};
    for (std::uint32_t bit = 0; bit < 64; ++bit)
      levels[bit] = static_cast<std::uint8_t>(bit / kLevelBits);
    return levels;
  }();
  static constexpr std::uint16_t kFree = std::numeric_limits<std::uint16_t>::max();

  // What it takes to move an entry from level to level: many of them lie in a cache that few payloads would fill.
  struct Entry {
    std::uint64_t at = 0;
    std::uint32_t next = kNone;
    std::uint32_t previous = kNone;
    std::uint32_t generation = 0;
    std::uint16_t where = kFree;  // level * 64 + slot
  };
  static_assert(sizeof(Entry) == 24);
  struct List {
    std::uint32_t head = kNone;
    std::uint32_t tail = kNone;
  };

  [[gnu::noinline]] void grow();  // by a free entry
  void link(std::uint32_t index);
  void unlink(std::uint32_t index);
  void clear_slot(std::uint32_t level, std::uint32_t slot);
  void release(std::uint32_t index);
  void descend(std::uint32_t level);

  std::vector<Entry> pool_;
  std::vector<Payload> payloads_;  // of pool_
  std::vector<std::uint32_t> moved_;
  std::uint32_t free_ = kNone;
  std::uint64_t now_ = 0;
  std::size_t size_ = 0;
  std::uint32_t levels_ = 0;                    // bit l: level l has entries
  std::array<std::uint64_t, kLevels> slots_{};  // bit s: slot s of this level has entries
  std::array<List, kLevels * kSlots> lists_{};
};

// The hot path, here so that it can be inlined.

inline void EventQueue::link(std::uint32_t index) {
  Entry& entry = pool_[index];
  require(entry.at >= now_, "an event lies in the past");
  const std::uint64_t differing = entry.at ^ now_;
  // The lowest bit makes no difference to the level, and there is always one to count from.
  const std::uint32_t level =
      kLevelOfBit[63 ^ static_cast<unsigned>(std::countl_zero(differing | 1))];
  const auto slot = static_cast<std::uint32_t>((entry.at >> (kLevelBits * level)) & (kSlots - 1));
  const std::uint32_t where = level * kSlots + slot;
  List& list = lists_[where];
  entry.where = static_cast<std::uint16_t>(where);
  entry.next = kNone;
  entry.previous = list.tail;
  if (list.tail == kNone) {
    list.head = index;
    slots_[level] |= std::uint64_t{1} << slot;
    levels_ |= 1U << level;
  } else {
    pool_[list.tail].next = index;
  }
  list.tail = index;
}

inline void EventQueue::unlink(std::uint32_t index) {
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
  if (list.head == kNone) clear_slot(entry.where / kSlots, entry.where % kSlots);
}

inline void EventQueue::clear_slot(std::uint32_t level, std::uint32_t slot) {
  slots_[level] &= ~(std::uint64_t{1} << slot);
  if (slots_[level] == 0) levels_ &= ~(1U << level);
}

inline void EventQueue::release(std::uint32_t index) {
  Entry& entry = pool_[index];
  entry.where = kFree;
  ++entry.generation;
  entry.next = free_;
  free_ = index;
  --size_;
}

inline EventQueue::Place EventQueue::place(TrueTime at) {
  if (free_ == kNone) [[unlikely]]
    grow();
  const std::uint32_t index = free_;
  free_ = pool_[index].next;
  Entry& entry = pool_[index];
  entry.at = static_cast<std::uint64_t>(nanoseconds(at));
  link(index);
  ++size_;
  return {{index, entry.generation}, payloads_[index]};
}

inline EventQueue::Ticket EventQueue::push(TrueTime at, const Payload& payload) {
  const Place made = place(at);
  made.payload = payload;
  return made.ticket;
}

inline std::uint32_t EventQueue::cancel(Ticket ticket) {
  if (ticket.index == kNone) return kNotPending;
  if (pool_[ticket.index].generation != ticket.generation) return kNotPending;
  unlink(ticket.index);
  release(ticket.index);
  return payloads_[ticket.index].flags;
}

inline EventQueue::Payload EventQueue::pop() {
  while (true) {
    require(levels_ != 0, "pop of an empty event queue");
    const auto level = static_cast<std::uint32_t>(std::countr_zero(levels_));
    const auto slot = static_cast<std::uint32_t>(std::countr_zero(slots_[level]));
    List& list = lists_[level * kSlots + slot];
    const std::uint32_t head = list.head;
    const Entry& entry = pool_[head];
    if (entry.next == kNone) {  // alone: no need to descend
      list = {};
      clear_slot(level, slot);
    } else if (level == 0) {
      list.head = entry.next;
      pool_[entry.next].previous = kNone;
    } else {
      descend(level);
      continue;
    }
    now_ = entry.at;
    release(head);
    return payloads_[head];
  }
}

}  // namespace picklock
