#include "sim/event_queue.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace picklock {
namespace {

EventQueue::Payload numbered(std::uint32_t number) {
  EventQueue::Payload payload;
  payload.slot = number;
  return payload;
}

TrueTime at(std::uint64_t ns) {
  return true_time(static_cast<std::int64_t>(ns));
}

TEST(EventQueue, PopsInTheOrderOfTime) {
  EventQueue queue;
  queue.push(at(300), numbered(3));
  queue.push(at(1), numbered(1));
  queue.push(at(70'000'000'000), numbered(4));
  queue.push(at(64), numbered(2));
  for (std::uint32_t expected = 1; expected <= 4; ++expected) {
    EXPECT_EQ(queue.pop().slot, expected);
  }
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.now(), at(70'000'000'000));
}

TEST(EventQueue, EqualTimesPopInTheOrderOfInsertion) {
  EventQueue queue;
  // Inserted from far away and from near by: the far ones descend through the levels in between.
  queue.push(at(1'000'000), numbered(1));
  queue.push(at(1'000'000), numbered(2));
  queue.push(at(999'990), numbered(0));
  EXPECT_EQ(queue.pop().slot, 0U);
  queue.push(at(1'000'000), numbered(3));
  EXPECT_EQ(queue.pop().slot, 1U);
  queue.push(at(1'000'000), numbered(4));
  for (std::uint32_t expected = 2; expected <= 4; ++expected) EXPECT_EQ(queue.pop().slot, expected);
}

TEST(EventQueue, ACancelledEntryNeverPops) {
  EventQueue queue;
  const auto first = queue.push(at(10), numbered(1));
  queue.push(at(20), numbered(2));
  EXPECT_NE(queue.cancel(first), EventQueue::kNotPending);
  EXPECT_EQ(queue.cancel(first), EventQueue::kNotPending);
  EXPECT_EQ(queue.pop().slot, 2U);
}

TEST(EventQueue, ATicketDoesNotCancelTheNextUserOfItsStorage) {
  EventQueue queue;
  const auto old = queue.push(at(10), numbered(1));
  queue.pop();
  queue.push(at(20), numbered(2));
  EXPECT_EQ(queue.cancel(old), EventQueue::kNotPending);
  EXPECT_EQ(queue.pop().slot, 2U);
}

TEST(EventQueue, HoldsTheLatestTimeThereIs) {
  EventQueue queue;
  queue.push(kNever, numbered(2));
  queue.push(at(5), numbered(1));
  EXPECT_EQ(queue.pop().slot, 1U);
  EXPECT_EQ(queue.pop().slot, 2U);
  EXPECT_EQ(queue.now(), kNever);
}

TEST(EventQueue, AReusedQueueBehavesAsANewOne) {
  EventQueue queue;
  for (std::uint32_t i = 0; i < 100; ++i) queue.push(at(i * 1000), numbered(i));
  for (int i = 0; i < 30; ++i) queue.pop();
  queue.reset();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.now(), at(0));
  queue.push(at(7), numbered(7));
  EXPECT_EQ(queue.pop().slot, 7U);
}

// The oracle: a sorted map by (time, insertion).
class Oracle {
 public:
  void push(std::uint64_t time, std::uint32_t number) {
    entries_[{time, order_++}] = number;
    keys_[number] = {time, order_ - 1};
  }
  bool cancel(std::uint32_t number) {
    const auto key = keys_.find(number);
    if (key == keys_.end()) return false;
    entries_.erase(key->second);
    keys_.erase(key);
    return true;
  }
  std::pair<std::uint64_t, std::uint32_t> pop() {
    const auto first = entries_.begin();
    const std::pair<std::uint64_t, std::uint32_t> result{first->first.first, first->second};
    keys_.erase(first->second);
    entries_.erase(first);
    return result;
  }
  bool empty() const { return entries_.empty(); }

 private:
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> entries_;
  std::map<std::uint32_t, std::pair<std::uint64_t, std::uint64_t>> keys_;
  std::uint64_t order_ = 0;
};

TEST(EventQueue, AgreesWithASortedMapOnRandomCalls) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    EventQueue queue;
    Oracle oracle;
    std::vector<EventQueue::Ticket> tickets;
    std::uint64_t draw = mix(seed);
    for (std::uint32_t step = 0; step < 500; ++step) {
      draw = mix(draw);
      if (draw % 8 < 4) {
        const std::uint64_t shift = 20 + (draw >> 8) % 44;  // increments of every magnitude
        const std::uint64_t time = static_cast<std::uint64_t>(nanoseconds(queue.now())) +
                                   (mix(draw) >> shift) % (1ULL << 50);
        oracle.push(time, static_cast<std::uint32_t>(tickets.size()));
        tickets.push_back(
            queue.push(at(time), numbered(static_cast<std::uint32_t>(tickets.size()))));
      } else if (draw % 8 < 5 && !tickets.empty()) {
        const auto victim = static_cast<std::uint32_t>((draw >> 8) % tickets.size());
        const bool was_pending = queue.cancel(tickets[victim]) != EventQueue::kNotPending;
        ASSERT_EQ(was_pending, oracle.cancel(victim));
      } else if (!oracle.empty()) {
        const auto [time, number] = oracle.pop();
        ASSERT_EQ(queue.pop().slot, number) << "seed " << seed << " step " << step;
        ASSERT_EQ(queue.now(), at(time));
      }
      ASSERT_EQ(queue.empty(), oracle.empty());
    }
  }
}

}  // namespace
}  // namespace picklock
