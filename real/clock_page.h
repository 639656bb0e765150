// Time on real machines: the page of memory that all processes of a run share.
//
// True time stands still while anybody works. When every process waits, the supervisor moves it to the next
// instant at which something is due: so the speed of the machine decides nothing, and a lease of ten seconds
// takes no ten seconds. What a node's own clocks show is a function of true time (sim/clock.h) that faults
// change.
//
// No allocation and no system call: redis-server asks for the time from inside its allocator's start-up,
// through the clock shim.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/time.h"
#include "sim/clock.h"

namespace picklock {

// What one node's clocks show; one process writes, others read.
class NodeClocks {
 public:
  struct Values {
    Clock wall;
    Clock monotonic;       // stands still while the machine is suspended
    Duration suspended{};  // in sum: boot time is monotonic time plus this
  };

  NodeClocks() { write(Values{}); }

  Values read() const {
    while (true) {
      const std::uint32_t before = version_.load(std::memory_order_acquire);
      Words words;
      for (std::size_t i = 0; i < kWords; ++i) words[i] = words_[i].load(std::memory_order_acquire);
      if (before % 2 == 0 && version_.load(std::memory_order_relaxed) == before)
        return std::bit_cast<Values>(words);
    }
  }

  template <class Change>
  void update(const Change& change) {
    Values values = read();
    change(values);
    write(values);
  }

 private:
  static_assert(std::is_trivially_copyable_v<Values> &&
                sizeof(Values) % sizeof(std::uint64_t) == 0);
  static constexpr std::size_t kWords = sizeof(Values) / sizeof(std::uint64_t);
  using Words = std::array<std::uint64_t, kWords>;

  void write(const Values& values) {
    const auto words = std::bit_cast<Words>(values);
    version_.fetch_add(1, std::memory_order_acq_rel);
    for (std::size_t i = 0; i < kWords; ++i) words_[i].store(words[i], std::memory_order_release);
    version_.fetch_add(1, std::memory_order_release);
  }

  std::atomic<std::uint32_t> version_{0};  // odd: being written
  std::array<std::atomic<std::uint64_t>, kWords> words_;
};

struct ClockPage {
  static constexpr std::size_t kMostNodes = 1200;

  std::int64_t epoch = 0;  // ns since 1970 that a wall clock of a real server shows at LocalTime 0
  NodeClocks nodes[kMostNodes];
  // Of a process whose timers come due when the supervisor says so: its monotonic clock, which goes in steps, and what
  // rand() says to it.
  std::atomic<std::int64_t> steps_ns[kMostNodes]{};
  std::atomic<std::uint32_t> dice[kMostNodes]{};
  // Written by the shim: until when, on its monotonic clock, the thread waits that counts the ticks of a process
  // (PICKLOCK_CLOCK_TICKER); 0: it does not wait, or for something else.
  std::atomic<std::int64_t> awaited_ns[kMostNodes]{};

  TrueTime now() const { return true_time(ns_.load(std::memory_order_acquire)); }
  // By the supervisor alone.
  void move_to(TrueTime instant) { ns_.store(nanoseconds(instant), std::memory_order_release); }

  std::int64_t unix_ns(std::size_t node) const {
    return epoch + nanoseconds(nodes[node].read().wall.at(now()));
  }
  std::int64_t monotonic_ns(std::size_t node) const {
    return nanoseconds(nodes[node].read().monotonic.at(now()));
  }

 private:
  std::atomic<std::int64_t> ns_{0};  // since the start of the run
};

}  // namespace picklock
